/** 统一社会信用代码, GB 32100-2015: 18 characters, the last one a check digit modulo 31 over weights 3^i. */
const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

export function isCreditCode(code: string): boolean {
  if (code.length !== 18) return false;
  let sum = 0;
  let weight = 1;
  for (let i = 0; i < 17; i++) {
    const value = alphabet.indexOf(code[i] as string);
    if (value < 0) return false;
    sum += value * weight;
    weight = (weight * 3) % 31;
  }
  return alphabet[(31 - (sum % 31)) % 31] === code[17];
}
