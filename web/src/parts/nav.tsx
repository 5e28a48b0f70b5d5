import {
  AuditOutlined,
  BlockOutlined,
  ClusterOutlined,
  FileAddOutlined,
  HistoryOutlined,
  RetweetOutlined,
  SaveOutlined,
  SearchOutlined,
  SolutionOutlined,
  TeamOutlined,
} from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import type { Right } from "../../../src/contract/roles.ts";
import { useMay } from "../live/use-session.ts";

const doors = [
  { to: "/", word: "find", icon: SearchOutlined, rights: ["look"] },
  { to: "/room", word: "room", icon: BlockOutlined, rights: ["look"] },
  { to: "/loans", word: "loans", icon: SolutionOutlined, rights: ["look"] },
  { to: "/stocktakes", word: "stocktakes", icon: AuditOutlined, rights: ["look"] },
  { to: "/relocations", word: "relocations", icon: RetweetOutlined, rights: ["look"] },
  { to: "/catalogue", word: "catalogue", icon: FileAddOutlined, rights: ["catalogue", "import"] },
  { to: "/journal", word: "journal", icon: HistoryOutlined, rights: ["look"] },
  { to: "/devices", word: "devices", icon: ClusterOutlined, rights: ["devices"] },
  { to: "/people", word: "people", icon: TeamOutlined, rights: ["people", "tokens"] },
  { to: "/backups", word: "backups", icon: SaveOutlined, rights: ["backups"] },
] as const satisfies readonly { to: string; word: string; icon: ComponentType; rights: readonly Right[] }[];

export function Nav() {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <nav className="nav" aria-label={t("shell.nav.label")}>
      {doors
        .filter((door) => door.rights.some(may))
        .map(({ to, word, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            className="nav-door"
            activeOptions={{ exact: to === "/", includeSearch: false }}
            activeProps={{ className: "nav-door is-here", "aria-current": "page" }}
            data-testid={`nav-${word}`}
          >
            <Icon aria-hidden />
            <span>{t(`shell.nav.${word}`)}</span>
          </Link>
        ))}
    </nav>
  );
}
