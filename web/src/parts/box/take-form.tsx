import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Button, DatePicker, Form, Select } from "antd";
import type { Dayjs } from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { BoxView } from "../../../../src/contract/catalogue.ts";
import { endpoints } from "../../../../src/contract/endpoints/endpoints.ts";
import { useAct } from "../../live/act.ts";
import { call } from "../../live/call.ts";
import { peopleQuery } from "../../live/queries.ts";
import { useSession } from "../../live/use-session.ts";
import { ProblemNote } from "../problem-note.tsx";
import { ReasonField } from "../reason-field.tsx";

interface Values {
  holderId: string;
  reason: string;
  due?: Dayjs | null;
}

export function TakeForm({ box, onDone }: { box: BoxView; onDone: () => void }) {
  const { t } = useTranslation();
  const me = useSession()?.person;
  const [q, setQ] = useState("");
  const known = useInfiniteQuery({ ...peopleQuery(q), placeholderData: keepPreviousData });
  const found = known.data?.pages.flatMap((page) => page.items).filter((person) => person.isActive) ?? [];
  // The gateway searches the list; the signed-in person is always in it.
  const people = [...(me && !q ? [me] : []), ...found.filter((person) => q || person.id !== me?.id)];
  const take = useAct<Values>({
    run: ({ holderId, reason, due }, key) =>
      call(endpoints.takeBox, {
        params: { id: box.id },
        body: { holderId, reason, ...(due ? { dueAtMs: due.endOf("day").valueOf() } : {}) },
        key,
      }),
    old: [["box", box.id], ["search"], ["loans"], ["history", `box:${box.id}`]],
    done: onDone,
  });
  return (
    <Form
      layout="vertical"
      className="act-form"
      onFinish={take.go}
      initialValues={{ holderId: me?.id }}
      data-testid="take-form"
    >
      <Form.Item name="holderId" label={t("box.holder")} rules={[{ required: true, message: t("box.holder") }]}>
        <Select
          showSearch={{ filterOption: false, onSearch: setQ }}
          onPopupScroll={({ currentTarget }) => {
            const isAtEnd = currentTarget.scrollTop + currentTarget.clientHeight >= currentTarget.scrollHeight - 40;
            if (isAtEnd && known.hasNextPage && !known.isFetchingNextPage) void known.fetchNextPage();
          }}
          options={people.map((person) => ({ value: person.id, label: person.name }))}
        />
      </Form.Item>
      <ReasonField />
      <Form.Item name="due" label={t("box.due")}>
        <DatePicker />
      </Form.Item>
      <ProblemNote error={take.error} />
      <Button type="primary" htmlType="submit" loading={take.isBusy} data-testid="take-submit">
        {t("box.take")}
      </Button>
    </Form>
  );
}
