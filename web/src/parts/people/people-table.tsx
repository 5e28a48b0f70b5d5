import { PlusOutlined } from "@ant-design/icons";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Button, Drawer, Input, Space, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Person } from "../../../../src/contract/people.ts";
import { peopleQuery } from "../../live/queries.ts";
import { ProblemNote } from "../problem-note.tsx";
import { PersonForm } from "./person-form.tsx";

export function PeopleTable() {
  const { t } = useTranslation();
  const [edited, edit] = useState<Person | "new" | null>(null);
  const [q, setQ] = useState("");
  const found = useInfiniteQuery({ ...peopleQuery(q), placeholderData: keepPreviousData });
  return (
    <>
      <Space wrap className="desk-acts">
        <Button type="primary" icon={<PlusOutlined />} data-testid="person-add" onClick={() => edit("new")}>
          {t("people.add")}
        </Button>
        <Input.Search
          allowClear
          placeholder={t("people.find")}
          aria-label={t("people.find")}
          data-testid="people-find"
          onSearch={(text) => setQ(text.trim())}
        />
      </Space>
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      <Table<Person>
        size="medium"
        rowKey="id"
        loading={found.isPending}
        dataSource={found.data?.pages.flatMap((page) => page.items) ?? []}
        pagination={false}
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
            render: (_, person) =>
              person.roles.map((role) => t(`shell.role.${role}`)).join(t("common.and")) || t("common.none"),
          },
          {
            title: t("common.state"),
            render: (_, person) =>
              `${person.isActive ? t("people.active") : t("people.inactive")} · ${person.canSignIn ? t("people.canSignIn") : t("people.borrowerOnly")}`,
          },
        ]}
      />
      {found.hasNextPage && (
        <Button
          block
          loading={found.isFetchingNextPage}
          data-testid="people-more"
          onClick={() => void found.fetchNextPage()}
        >
          {t("common.loadMore")}
        </Button>
      )}
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
