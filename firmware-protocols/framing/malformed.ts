/** The result of a decoder, which does not throw: the bytes were framed correctly but their content is impossible. */
export interface Malformed {
  readonly kind: "malformed";
  readonly why: string;
}

export function malformed(why: string): Malformed {
  return { kind: "malformed", why };
}
