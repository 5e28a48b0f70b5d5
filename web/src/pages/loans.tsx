export function LoansPage() {
  return null;
}
