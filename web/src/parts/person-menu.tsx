import { UserOutlined } from "@ant-design/icons";
import { Button, Dropdown, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { endpoints } from "../../../src/contract/endpoints/endpoints.ts";
import { useAct } from "../live/act.ts";
import { call } from "../live/call.ts";
import { useSession } from "../live/use-session.ts";
import { PasswordForm } from "./password-form.tsx";

export function PersonMenu() {
  const { t } = useTranslation();
  const person = useSession()?.person;
  const [isChanging, setChanging] = useState(false);
  const signOut = useAct({
    run: () => call(endpoints.signOut),
    // Reloads, so that no data of this person stays in memory for the next.
    done: () => location.assign("/"),
  });
  if (!person) return null;
  const roles = person.roles.map((role) => t(`shell.role.${role}`)).join(" · ");
  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            { key: "who", label: `${t("shell.person.roles")}: ${roles || t("common.none")}`, disabled: true },
            // A person who came by the demo's link has no password to change.
            ...(person.canSignIn
              ? [
                  {
                    key: "password",
                    label: <span data-testid="change-password">{t("shell.person.password")}</span>,
                    onClick: () => setChanging(true),
                  },
                ]
              : []),
            {
              key: "out",
              label: <span data-testid="sign-out">{t("shell.person.signOut")}</span>,
              onClick: () => signOut.go(),
            },
          ],
        }}
      >
        <Button type="text" icon={<UserOutlined />} data-testid="person-menu" aria-label={person.name}>
          <span className="wide-only">{person.name}</span>
        </Button>
      </Dropdown>
      <Modal
        open={isChanging}
        title={t("signIn.change.title")}
        width={420}
        footer={null}
        destroyOnHidden
        onCancel={() => setChanging(false)}
      >
        <PasswordForm login={person.login} onClose={() => setChanging(false)} />
      </Modal>
    </>
  );
}
