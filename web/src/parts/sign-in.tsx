import { Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { endpoints } from "../../../src/contract/endpoints/endpoints.ts";
import { useAct } from "../live/act.ts";
import { call } from "../live/call.ts";
import { sessionQuery } from "../live/queries.ts";
import { ProblemNote } from "./problem-note.tsx";

export function SignIn() {
  const { t } = useTranslation();
  const signIn = useAct<{ login: string; password: string }>({
    run: (body) => call(endpoints.signIn, { body }),
    done: (_out, _in, client) => void client.resetQueries({ queryKey: sessionQuery.queryKey }),
  });
  return (
    <Form layout="vertical" requiredMark={false} onFinish={signIn.go} data-testid="sign-in">
      <ProblemNote error={signIn.error} />
      <Form.Item name="login" label={t("signIn.login")} rules={[{ required: true, message: t("signIn.login") }]}>
        <Input autoFocus autoComplete="username" autoCapitalize="none" size="large" />
      </Form.Item>
      <Form.Item
        name="password"
        label={t("signIn.password")}
        rules={[{ required: true, message: t("signIn.password") }]}
      >
        <Input.Password autoComplete="current-password" size="large" />
      </Form.Item>
      <Button type="primary" htmlType="submit" size="large" block loading={signIn.isBusy} data-testid="sign-in-submit">
        {t("signIn.submit")}
      </Button>
    </Form>
  );
}
