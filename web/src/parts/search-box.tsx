import { SearchOutlined } from "@ant-design/icons";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

/** Made for barcode scanners: Enter searches, the box stays focused and its text selected, so that the next scan replaces it. */
export function SearchBox({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(q);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setText(q), [q]);
  return (
    <search>
      <form
        className="search"
        onSubmit={(event) => {
          event.preventDefault();
          onSearch(text.trim());
          input.current?.focus();
          input.current?.select();
        }}
      >
        <SearchOutlined aria-hidden />
        <input
          ref={input}
          // biome-ignore lint/a11y/noAutofocus: the page is for searching; a scan must land here
          autoFocus
          data-testid="search-box"
          data-scan-field
          aria-label={t("find.label")}
          placeholder={t("find.placeholder")}
          value={text}
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
          onFocus={(event) => event.target.select()}
        />
        <kbd aria-hidden>/</kbd>
        <button type="submit" data-testid="search">
          {t("find.search")}
        </button>
      </form>
    </search>
  );
}
