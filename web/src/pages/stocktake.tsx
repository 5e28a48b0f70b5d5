export function StocktakePage() {
  return null;
}
