import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Drawer, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Person } from "../../../../src/contract/people.ts";
import { peopleQuery } from "../../live/queries.ts";
import { ProblemNote } from "../problem-note.tsx";
import { PersonForm } from "./person-form.tsx";

export function PeopleTable() {
  const { t } = useTranslation();
  const [edited, edit] = useState<Person | "new" | null>(null);
  const { data, error, refetch } = useQuery(peopleQuery);
  return (
    <>
      <Button
        type="primary"
        icon={<PlusOutlined />}
        className="desk-acts"
        data-testid="person-add"
        onClick={() => edit("new")}
      >
        {t("people.add")}
      </Button>
      {error && <ProblemNote error={error} onRetry={() => void refetch()} />}
      <Table<Person>
        size="medium"
        rowKey="id"
        loading={!data && !error}
        dataSource={data ?? []}
        pagination={{ pageSize: 50, hideOnSinglePage: true }}
        scroll={{ x: "max-content" }}
        columns={[
          {
            title: t("people.name"),
            render: (_, person) => (
              <Button
                type="link"
                className="in-table"
                onClick={() => edit(person)}
                data-testid={`person-${person.login}`}
              >
                {person.name}
              </Button>
            ),
          },
          { title: t("people.login"), dataIndex: "login", className: "code" },
          {
            title: t("people.roles"),
            render: (_, person) => person.roles.map((role) => t(`shell.role.${role}`)).join("、") || t("common.none"),
          },
          {
            title: t("common.state"),
            render: (_, person) =>
              `${person.isActive ? t("people.active") : t("people.inactive")} · ${person.canSignIn ? t("people.canSignIn") : t("people.borrowerOnly")}`,
          },
        ]}
      />
      <Drawer
        open={edited !== null}
        destroyOnHidden
        size={440}
        title={edited && edited !== "new" ? t("people.edit", { name: edited.name }) : t("people.add")}
        onClose={() => edit(null)}
      >
        {edited && <PersonForm person={edited === "new" ? null : edited} onDone={() => edit(null)} />}
      </Drawer>
    </>
  );
}
