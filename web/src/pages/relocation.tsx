export function RelocationPage() {
  return null;
}
