export function PlanRelocationPage() {
  return null;
}
