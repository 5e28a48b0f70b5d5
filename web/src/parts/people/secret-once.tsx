import { CopyOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

/** A token's secret, shown this once. */
export function SecretOnce({ secret }: { secret: string }) {
  const { t } = useTranslation();
  const place = useRef<HTMLElement>(null);
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    const range = document.createRange();
    if (place.current) range.selectNodeContents(place.current);
    getSelection()?.removeAllRanges();
    getSelection()?.addRange(range);
    try {
      await navigator.clipboard.writeText(secret);
      setCopied(true);
    } catch {
      // Without https browsers have no clipboard: the text is selected for Ctrl+C.
    }
  };
  return (
    <div className="once" role="status" data-testid="token-secret">
      <div>
        <strong>{t("people.tokenOnce")}</strong>
        <br />
        <code ref={place}>{secret}</code>
      </div>
      <Button icon={<CopyOutlined />} onClick={() => void copy()}>
        {isCopied ? t("common.copied") : t("common.copy")}
      </Button>
    </div>
  );
}
