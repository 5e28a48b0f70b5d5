import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RelocationDetail } from "../../../../src/contract/relocation.ts";
import { ProblemNote } from "../problem-note.tsx";
import { scanned } from "./scan.ts";
import { type MoveAct, useMoveAct } from "./use-move-act.ts";

interface Props {
  relocation: RelocationDetail;
  /** The picked box whose slot is to be scanned next. */
  aimedNo: number | null;
  onAim: (no: number | null) => void;
}

/** One field for the whole round: box, box, box … then box, slot, box, slot. It never loses the focus. */
export function ScanDesk({ relocation, aimedNo, onAim }: Props) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [told, setTold] = useState<string | null>(null);
  const [complaint, setComplaint] = useState<string | null>(null);
  const aimed = relocation.moves.find((move) => move.no === aimedNo && move.state === "picked");
  const act = useMoveAct(relocation.id, (_, done: MoveAct) => {
    if (done.verb === "put") onAim(null);
    const location = relocation.moves.find((move) => move.no === done.no)?.toCode ?? "";
    setTold(
      done.verb === "put"
        ? t("relocation.placed", { barcode: done.barcode, location })
        : t("relocation.picked", { barcode: done.barcode }),
    );
  });

  const take = (text: string) => {
    setTold(null);
    setComplaint(null);
    act.forget();
    const meaning = scanned(relocation.moves, aimed?.no ?? null, text);
    if (meaning.kind === "pick")
      act.go({ verb: "pick", no: meaning.no, barcode: meaning.barcode, scannedBarcode: text });
    else if (meaning.kind === "aim") onAim(meaning.no);
    else if (meaning.kind === "put")
      act.go({ verb: "put", no: meaning.no, barcode: aimed?.barcode ?? "", scannedLocationCode: meaning.locationCode });
    else if (meaning.kind === "over") setComplaint(t("relocation.scanDone", { barcode: meaning.barcode }));
    else setComplaint(t("relocation.scanUnknown", { barcode: text }));
  };

  const asks = aimed
    ? t("relocation.scanPut", { barcode: aimed.barcode, location: aimed.toCode })
    : t("relocation.scanPick");
  return (
    <section className="sheet scan-desk" aria-label={t("relocation.scanTitle")}>
      <form
        className="scan-row"
        onSubmit={(event) => {
          event.preventDefault();
          const text = input.current?.value.trim() ?? "";
          if (input.current) input.current.value = "";
          if (text !== "") take(text);
          input.current?.focus();
        }}
      >
        <label className="scan-ask" htmlFor="scan">
          {asks}
        </label>
        <input
          id="scan"
          ref={input}
          // biome-ignore lint/a11y/noAutofocus: a scan must land here
          autoFocus
          autoComplete="off"
          spellCheck={false}
          maxLength={124}
          data-testid="scan"
          data-scan-field
          data-asks={aimed ? "slot" : "box"}
          placeholder={aimed ? t("relocation.scanSlot") : t("relocation.scanBox")}
        />
      </form>
      <div aria-live="polite">
        {told && <p className="scan-told">✓ {told}</p>}
        <ProblemNote error={act.error} {...(complaint ? { text: complaint } : {})} />
      </div>
    </section>
  );
}
