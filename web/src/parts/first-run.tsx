import { Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { endpoints } from "../../../src/contract/endpoints/endpoints.ts";
import type { SetUpBody } from "../../../src/contract/people.ts";
import { useAct } from "../live/act.ts";
import { call } from "../live/call.ts";
import { sessionQuery } from "../live/queries.ts";
import { useLanguage } from "../words/index.ts";
import { ProblemNote } from "./problem-note.tsx";

/** There are no default passwords: the first visit, with the code from the terminal, creates the administrator. */
export function FirstRun() {
  const { t } = useTranslation();
  const language = useLanguage();
  const setUp = useAct<Omit<SetUpBody, "language">>({
    run: (body, key) => call(endpoints.setUp, { body: { ...body, language }, key }),
    done: (_out, _in, client) => void client.resetQueries({ queryKey: sessionQuery.queryKey }),
  });
  const needed = (label: string) => [{ required: true, message: label }];
  return (
    <Form layout="vertical" requiredMark={false} onFinish={setUp.go} data-testid="first-run">
      <h2>{t("signIn.setUpTitle")}</h2>
      <p className="soft">{t("signIn.setUpLead")}</p>
      <ProblemNote error={setUp.error} />
      <Form.Item name="code" label={t("signIn.code")} rules={needed(t("signIn.code"))}>
        <Input autoFocus autoComplete="one-time-code" className="code" />
      </Form.Item>
      <Form.Item
        name="login"
        label={t("signIn.login")}
        extra={t("signIn.loginHint")}
        rules={[{ required: true, pattern: /^[a-zA-Z0-9._-]{2,40}$/, message: t("signIn.loginHint") }]}
      >
        <Input autoComplete="username" autoCapitalize="none" />
      </Form.Item>
      <Form.Item name="name" label={t("signIn.name")} rules={needed(t("signIn.name"))}>
        <Input autoComplete="name" />
      </Form.Item>
      <Form.Item
        name="password"
        label={t("signIn.password")}
        extra={t("signIn.passwordHint")}
        rules={[{ required: true, min: 10, message: t("signIn.passwordHint") }]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" size="large" block loading={setUp.isBusy} data-testid="first-run-submit">
        {t("signIn.create")}
      </Button>
    </Form>
  );
}
