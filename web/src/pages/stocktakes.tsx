export function StocktakesPage() {
  return null;
}
