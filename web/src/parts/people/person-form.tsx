import { Button, Checkbox, Form, Input, Radio, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import type { ChangePersonBody, CreatePersonBody, Person } from "../../../../src/contract/people.ts";
import { roles } from "../../../../src/contract/roles.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { ProblemNote } from "../problem-note.tsx";

type Values = CreatePersonBody & { isActive?: boolean };

export function PersonForm({ person, onDone }: { person: Person | null; onDone: () => void }) {
  const { t } = useTranslation();
  const keep = useAct<Values>({
    run: ({ login, isActive, password, ...rest }, key) => {
      const secret = password ? { password } : {};
      if (!person) return call(endpoints.createPerson, { body: { login, ...rest, ...secret }, key });
      const body: ChangePersonBody = { ...rest, ...secret, ...(isActive === undefined ? {} : { isActive }) };
      return call(endpoints.changePerson, { params: { id: person.id }, body, key, version: person.version });
    },
    old: [["people"], ["session"]],
    done: onDone,
  });
  const initial = person ?? { roles: ["archivist"], language: "zh" };
  return (
    <Form layout="vertical" requiredMark={false} initialValues={initial} onFinish={keep.go} data-testid="person-form">
      <Form.Item
        name="name"
        label={t("people.name")}
        rules={[{ required: true, whitespace: true, message: t("people.name") }]}
      >
        <Input autoFocus maxLength={80} />
      </Form.Item>
      <Form.Item
        name="login"
        label={t("people.login")}
        rules={[{ required: true, pattern: /^[a-zA-Z0-9._-]{2,40}$/, message: t("signIn.loginHint") }]}
      >
        <Input disabled={person !== null} autoCapitalize="none" className="code" />
      </Form.Item>
      <Form.Item name="roles" label={t("people.roles")}>
        <Checkbox.Group options={roles.map((role) => ({ value: role, label: t(`shell.role.${role}`) }))} />
      </Form.Item>
      <Form.Item name="language" label={t("people.language")}>
        <Radio.Group
          options={[
            { value: "zh", label: t("people.zh") },
            { value: "en", label: t("people.en") },
          ]}
        />
      </Form.Item>
      <Form.Item
        name="password"
        label={t("people.password")}
        extra={person ? t("people.newPasswordHint") : t("people.passwordHint")}
        rules={[{ min: 10, message: t("signIn.passwordHint") }]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      {person && (
        <Form.Item name="isActive" label={t("people.active")} valuePropName="checked">
          <Switch />
        </Form.Item>
      )}
      <ProblemNote error={keep.error} />
      <Button type="primary" htmlType="submit" loading={keep.isBusy} data-testid="person-submit">
        {t("common.save")}
      </Button>
    </Form>
  );
}
