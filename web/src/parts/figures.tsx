import type { ReactNode } from "react";

/** A row of numbers with their names. */
export function Figures({ children }: { children: ReactNode }) {
  return <dl className="figures">{children}</dl>;
}

interface Props {
  label: string;
  value: ReactNode;
  look?: "plain" | "warn" | "bad" | "ok";
  testId?: string;
}

export function Figure({ label, value, look = "plain", testId }: Props) {
  return (
    <div className={`figure look-${look}`} data-testid={testId}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
