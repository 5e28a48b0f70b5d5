/** What every decoder answers instead of throwing: the bytes were framed well but say something impossible. */
export interface Malformed {
  readonly kind: "malformed";
  readonly why: string;
}

export function malformed(why: string): Malformed {
  return { kind: "malformed", why };
}
