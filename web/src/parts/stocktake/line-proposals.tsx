import { Button, Space } from "antd";
import { useTranslation } from "react-i18next";
import type { StocktakeProposal } from "../../../../src/contract/kinds/stocktake-lines.ts";
import type { StocktakeLine } from "../../../../src/contract/stocktake.ts";
import { useMay } from "../../live/use-session.ts";
import type { BoxActWanted } from "../box/box-acts.tsx";

/** Target of a proposal: a box with the form that it needs, or a tag that has no box yet. */
export type Opened = { boxId: string; wanted?: BoxActWanted } | { epc: string };

/** Radio proposes; a person goes to the box and decides there. */
export function LineProposals({ line, onOpen }: { line: StocktakeLine; onOpen: (opened: Opened) => void }) {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <Space wrap size={4} className="proposals">
      {line.proposals.map((proposal) => {
        const opened = openedBy(line, proposal);
        const isOpen = opened !== null && ("boxId" in opened || may("catalogue"));
        const word = t(`stocktake.proposal.${proposal}`);
        if (!isOpen) return <span key={proposal}>{word}</span>;
        return (
          <Button key={proposal} size="small" data-testid={`proposal-${proposal}`} onClick={() => onOpen(opened)}>
            {word}
          </Button>
        );
      })}
    </Space>
  );
}

function openedBy(line: StocktakeLine, proposal: StocktakeProposal): Opened | null {
  const { boxId, epc, expectedCode, seenCode } = line;
  if (boxId === null) return epc === null ? null : { epc };
  if (proposal === "putBack" && expectedCode) return { boxId, wanted: { act: "place", locationCode: expectedCode } };
  if (proposal === "correctHome" && seenCode)
    return { boxId, wanted: { act: "place", locationCode: seenCode, isLayer: true } };
  if (proposal === "return") return { boxId, wanted: { act: "return" } };
  if (proposal === "bindTag" || proposal === "replaceTag") return { boxId, wanted: { act: "tag" } };
  return { boxId };
}
