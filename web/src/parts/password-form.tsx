import { Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { endpoints } from "../../../src/contract/endpoints/endpoints.ts";
import { useAct } from "../live/act.ts";
import { call } from "../live/call.ts";
import { ProblemNote } from "./problem-note.tsx";

interface Values {
  present: string;
  fresh: string;
}

/** Changes one's own password. It asks for the present one, which a stranger at a forgotten console does not know. */
export function PasswordForm({ login, onClose }: { login: string; onClose: () => void }) {
  const { t } = useTranslation();
  const change = useAct<Values>({
    // Without a key: a repeat after a lost answer would fail, because the present password has changed.
    run: ({ present, fresh }) => call(endpoints.changeOwn, { body: { password: fresh, currentPassword: present } }),
  });
  if (change.out)
    return (
      <>
        <p role="status" data-testid="password-changed" className="scan-told">
          ✓ {t("signIn.change.done")}
        </p>
        <Button type="primary" autoFocus onClick={onClose} data-testid="password-close">
          {t("common.close")}
        </Button>
      </>
    );
  return (
    <Form layout="vertical" requiredMark={false} onFinish={change.go} className="act-form" data-testid="password-form">
      <p className="soft">{t("signIn.change.lead")}</p>
      {/* Password managers need the login. */}
      <input type="text" autoComplete="username" value={login} readOnly hidden />
      <Form.Item
        name="present"
        label={t("signIn.change.present")}
        rules={[{ required: true, message: t("signIn.change.present") }]}
      >
        <Input.Password autoFocus autoComplete="current-password" maxLength={200} />
      </Form.Item>
      <Form.Item
        name="fresh"
        label={t("signIn.change.fresh")}
        extra={t("signIn.change.freshHint")}
        dependencies={["present"]}
        rules={[
          { required: true, min: 10, message: t("signIn.passwordHint") },
          ({ getFieldValue }) => ({
            validator: (_, typed: string) =>
              typed && typed === getFieldValue("present") ? Promise.reject(t("signIn.change.same")) : Promise.resolve(),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={200} />
      </Form.Item>
      <Form.Item
        name="again"
        label={t("signIn.change.repeat")}
        dependencies={["fresh"]}
        rules={[
          { required: true, message: t("signIn.change.repeat") },
          ({ getFieldValue }) => ({
            validator: (_, typed: string) =>
              typed && typed !== getFieldValue("fresh")
                ? Promise.reject(t("signIn.change.differs"))
                : Promise.resolve(),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={200} />
      </Form.Item>
      <ProblemNote error={change.error} />
      <Button type="primary" htmlType="submit" loading={change.isBusy} data-testid="password-submit">
        {t("signIn.change.submit")}
      </Button>
    </Form>
  );
}
