/** 统一社会信用代码 (GB 32100-2015): 18 characters, the last a check; characters 9–17 are the organisation code (GB 11714). */
const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2];

/** Check character over the first 17 characters, or null when one of them is not in the alphabet. */
export function creditCodeCheck(first17: string): string | null {
  let sum = 0;
  for (let i = 0; i < 17; i++) {
    const value = alphabet.indexOf(first17[i] ?? "?");
    if (value < 0) return null;
    sum += value * (weights[i] as number);
  }
  return alphabet[(31 - (sum % 31)) % 31] as string;
}

/** A company's code: "91" + district + eight digits of the organisation code, both checks computed. */
export function companyCreditCode(district: string, organisation8: string): string {
  let sum = 0;
  for (let i = 0; i < 8; i++) sum += Number(organisation8[i]) * (organisationWeights[i] as number);
  const rest = 11 - (sum % 11);
  const first17 = `91${district}${organisation8}${rest === 10 ? "X" : rest === 11 ? "0" : rest}`;
  return first17 + creditCodeCheck(first17);
}
