import type { AreaView } from "../../../../src/contract/aisles.ts";
import { type AreaGeometry, cellOf, type Projection } from "./geometry.ts";

interface Props {
  area: AreaGeometry;
  projection: Projection;
  column: AreaGeometry["columns"][number];
  positionMm: number;
  state: AreaView["columns"][number] | undefined;
  light: AreaView["light"];
  /** The gap at its right is wide enough to look in. */
  showsFace: boolean;
}

const manyColumns = 14;

/** Drawn at x = 0 and moved along the rail by a CSS transform: the browser's cheapest motion. */
export function Carriage({ area, projection, column, positionMm, state, light, showsFace }: Props) {
  const { at, depthMm, heightMm } = projection;
  const w = column.depthMm;
  const kind = column.kind === "fixed" ? "is-fixed" : "is-mobile";
  const isFault = state?.fault ?? false;
  const isLitRight = light !== null && light.side === column.rightSide;
  return (
    <g className={`carriage ${kind}${isFault ? " is-fault" : ""}`} style={{ transform: `translateX(${positionMm}px)` }}>
      <polygon
        className="carriage-right"
        points={`${at(w, 0, 0)} ${at(w, depthMm, 0)} ${at(w, depthMm, heightMm)} ${at(w, 0, heightMm)}`}
      />
      {showsFace && column.rightSide && <FaceLines area={area} projection={projection} x={w} />}
      {light && isLitRight && <polygon className="lamp" points={cellOf(area, projection, w, light.bay, light.layer)} />}
      <polygon
        className="carriage-top"
        points={`${at(0, 0, heightMm)} ${at(w, 0, heightMm)} ${at(w, depthMm, heightMm)} ${at(0, depthMm, heightMm)}`}
      />
      <polygon
        className="carriage-front"
        points={`${at(0, 0, 0)} ${at(w, 0, 0)} ${at(w, 0, heightMm)} ${at(0, 0, heightMm)}`}
      />
      {light && !isLitRight && (
        <polygon className="lamp is-behind" points={cellOf(area, projection, 0, light.bay, light.layer)} />
      )}
      {light && <LampPin projection={projection} x={isLitRight ? w : 0} y={(light.bay - 0.5) * area.bayWidthMm} />}
      <Plate projection={projection} column={column} withSides={area.columns.length <= manyColumns} isFault={isFault} />
      {state && state.motion !== "still" && <Arrow projection={projection} w={w} motion={state.motion} />}
    </g>
  );
}

function FaceLines({ area, projection, x }: { area: AreaGeometry; projection: Projection; x: number }) {
  const cells: string[] = [];
  for (let bay = 1; bay <= area.bays; bay++) {
    for (let layer = 1; layer <= area.layers; layer++) cells.push(cellOf(area, projection, x, bay, layer));
  }
  return (
    <>
      {cells.map((points) => (
        <polygon key={points} className="face-cell" points={points} />
      ))}
    </>
  );
}

function LampPin({ projection, x, y }: { projection: Projection; x: number; y: number }) {
  const [sx, top] = projection.at(x, y, projection.heightMm).split(",").map(Number);
  if (sx === undefined || top === undefined) return null;
  return (
    <g className="pin">
      <line x1={sx} x2={sx} y1={top} y2={top - 150} />
      <circle className="pin-glow" cx={sx} cy={top - 225} r={160} />
      <circle cx={sx} cy={top - 225} r={85} />
    </g>
  );
}

function Plate(props: { projection: Projection; column: Props["column"]; withSides: boolean; isFault: boolean }) {
  const { projection, column, withSides, isFault } = props;
  const w = column.depthMm;
  const [x, middle] = projection
    .at(w / 2, 0, projection.heightMm * 0.62)
    .split(",")
    .map(Number);
  const [, low] = projection
    .at(0, 0, projection.heightMm * 0.12)
    .split(",")
    .map(Number);
  return (
    <>
      <text className="plate" x={x} y={middle}>
        {isFault ? "!" : column.no}
      </text>
      {withSides && w >= 500 && (
        <>
          <text className="plate-side" x={w * 0.2} y={low}>
            {column.leftSide}
          </text>
          <text className="plate-side" x={w * 0.8} y={low}>
            {column.rightSide}
          </text>
        </>
      )}
    </>
  );
}

function Arrow({ projection, w, motion }: { projection: Projection; w: number; motion: string }) {
  const [, y = 0] = projection
    .at(0, 0, projection.heightMm * 0.36)
    .split(",")
    .map(Number);
  const s = motion === "left" ? -1 : 1;
  const x = w / 2;
  return <path className="arrow" d={`M ${x - 80 * s} ${y - 90} l ${160 * s} 90 l ${-160 * s} 90 z`} />;
}
