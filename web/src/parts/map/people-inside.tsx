import type { Gap, Projection } from "./geometry.ts";

const drawnMax = 4;

/** People in the open aisle; "?" when the controller cannot tell, which counts as occupied. */
export function PeopleInside({ projection, gap, people }: { projection: Projection; gap: Gap; people: number | null }) {
  if (people === 0) return null;
  const middle = (gap.fromMm + gap.toMm) / 2;
  const count = people === null ? 1 : Math.min(people, drawnMax);
  return (
    <g className={people === null ? "people is-unknown" : "people"}>
      {Array.from({ length: count }, (_, i) => {
        const [x = 0, y = 0] = projection
          .at(middle, projection.depthMm * (0.12 + 0.22 * i), 0)
          .split(",")
          .map(Number);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: people are counted, they have no names
          <g key={i} transform={`translate(${x} ${y})`}>
            <ellipse className="people-shade" cx={0} cy={0} rx={170} ry={60} />
            {people === null ? (
              <text className="people-ask" y={-180}>
                ?
              </text>
            ) : (
              <>
                <path d="M -130 0 v -330 a 130 130 0 0 1 260 0 v 330 z" />
                <circle cx={0} cy={-590} r={110} />
              </>
            )}
          </g>
        );
      })}
    </g>
  );
}
