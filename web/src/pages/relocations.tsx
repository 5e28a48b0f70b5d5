export function RelocationsPage() {
  return null;
}
