import { useQuery } from "@tanstack/react-query";
import { Button, Checkbox, Form, Input, Popconfirm, Table } from "antd";
import { useTranslation } from "react-i18next";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import type { CreatedToken, CreateTokenBody, TokenView } from "../../../../src/contract/people.ts";
import { roles } from "../../../../src/contract/roles.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { tokensQuery } from "../../live/queries.ts";
import { atTime } from "../at-time.ts";
import { ProblemNote } from "../problem-note.tsx";
import { SecretOnce } from "./secret-once.tsx";

export function TokensTable() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(tokensQuery);
  const create = useAct<CreateTokenBody, CreatedToken>({
    run: (body, key) => call(endpoints.createToken, { body, key }),
    old: [["tokens"]],
  });
  const revoke = useAct<string>({
    run: (id) => call(endpoints.revokeToken, { params: { id } }),
    old: [["tokens"]],
  });
  return (
    <>
      <Form
        layout="vertical"
        className="sheet narrow"
        requiredMark={false}
        onFinish={create.go}
        data-testid="token-form"
      >
        <p className="soft">{t("people.tokenLead")}</p>
        <Form.Item
          name="name"
          label={t("common.name")}
          rules={[{ required: true, whitespace: true, message: t("common.name") }]}
        >
          <Input maxLength={80} />
        </Form.Item>
        <Form.Item
          name="roles"
          label={t("people.roles")}
          rules={[
            {
              validator: (_, held?: string[]) => (held?.length ? Promise.resolve() : Promise.reject(t("people.roles"))),
            },
          ]}
        >
          <Checkbox.Group options={roles.map((role) => ({ value: role, label: t(`shell.role.${role}`) }))} />
        </Form.Item>
        <ProblemNote error={create.error} />
        <Button type="primary" htmlType="submit" loading={create.isBusy} data-testid="token-submit">
          {t("people.addToken")}
        </Button>
        {create.out && <SecretOnce secret={create.out.secret} />}
      </Form>
      {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
      <ProblemNote error={revoke.error} onClose={revoke.forget} />
      <Table<TokenView>
        className="under"
        size="medium"
        rowKey="id"
        loading={!data && !error}
        dataSource={data ?? []}
        pagination={false}
        scroll={{ x: "max-content" }}
        locale={{ emptyText: t("people.noTokens") }}
        columns={[
          { title: t("common.name"), dataIndex: "name" },
          {
            title: t("people.roles"),
            render: (_, token) => token.roles.map((role) => t(`shell.role.${role}`)).join(t("common.and")),
          },
          { title: t("people.created"), render: (_, token) => atTime(token.createdAtMs) },
          {
            title: t("common.actions"),
            render: (_, token) =>
              token.revokedAtMs === null ? (
                <Popconfirm
                  title={t("people.revoke")}
                  description={t("people.revokeSure")}
                  okText={t("people.revoke")}
                  cancelText={t("common.back")}
                  onConfirm={() => revoke.go(token.id)}
                >
                  <Button size="small">{t("people.revoke")}</Button>
                </Popconfirm>
              ) : (
                <span className="soft">{t("people.revoked")}</span>
              ),
          },
        ]}
      />
    </>
  );
}
