import { Fragment } from "react";
import type { AreaView } from "../../../../src/contract/aisles.ts";
import { Carriage } from "./carriage.tsx";
import { type AreaGeometry, gapsOf, positionsOf, projectionOf } from "./geometry.ts";
import { PeopleInside } from "./people-inside.tsx";

interface Props {
  area: AreaGeometry;
  view: AreaView | undefined;
  /** Without it the map only shows. */
  onAisle?: ((aisle: number) => void) | undefined;
  label: string;
}

/** A picture; the same state is beside it in words (AreaTable) and on the aisle buttons. */
export function AreaMap({ area, view, onAisle, label }: Props) {
  const projection = projectionOf(area);
  const positions = positionsOf(area, view);
  const gaps = gapsOf(area, positions);
  const { at, depthMm } = projection;
  const floor = (from: number, to: number) =>
    `${at(from, 0, 0)} ${at(to, 0, 0)} ${at(to, depthMm, 0)} ${at(from, depthMm, 0)}`;
  const isOffline = view ? !view.isOnline : true;
  return (
    <svg className={isOffline ? "map is-offline" : "map"} viewBox={projection.viewBox} role="img" aria-label={label}>
      <polygon className="map-floor" points={floor(-40, area.railLengthMm + 40)} />
      {[0.12, 0.88].map((part) => (
        <polyline
          key={part}
          className="map-rail"
          points={`${at(-40, depthMm * part, 0)} ${at(area.railLengthMm + 40, depthMm * part, 0)}`}
        />
      ))}
      {gaps.map((gap) => (
        <polygon
          key={gap.aisle}
          className={view?.openAisle === gap.aisle ? "map-aisle is-open" : "map-aisle"}
          points={floor(gap.fromMm, gap.toMm)}
        />
      ))}
      {area.columns.map((column, i) => {
        const gap = gaps.find((one) => one.left.no === column.no);
        const isOpenHere = gap !== undefined && gap.aisle === view?.openAisle;
        return (
          <Fragment key={column.no}>
            <Carriage
              area={area}
              projection={projection}
              column={column}
              positionMm={positions[i] ?? 0}
              state={view?.columns.find((one) => one.column === column.no)}
              light={view?.light?.column === column.no ? view.light : null}
              showsFace={(gap?.toMm ?? 0) - (gap?.fromMm ?? 0) > 120}
            />
            {isOpenHere && <PeopleInside projection={projection} gap={gap} people={view?.people ?? null} />}
          </Fragment>
        );
      })}
      {onAisle &&
        gaps.map((gap) => (
          // A closed aisle is a finger wide: the place to press is wider than the gap.
          // biome-ignore lint/a11y/noStaticElementInteractions: keyboards and screen readers use the aisle buttons
          <polygon
            key={gap.aisle}
            className="map-press"
            points={pressPlace(gap.fromMm, gap.toMm, projection)}
            onClick={() => onAisle(gap.aisle)}
          />
        ))}
    </svg>
  );
}

function pressPlace(fromMm: number, toMm: number, { at, depthMm, heightMm }: ReturnType<typeof projectionOf>): string {
  const middle = (fromMm + toMm) / 2;
  const half = Math.max(toMm - fromMm, 260) / 2;
  const [from, to] = [middle - half, middle + half];
  return `${at(from, 0, 0)} ${at(to, 0, 0)} ${at(to, 0, heightMm)} ${at(to, depthMm, heightMm)} ${at(from, depthMm, heightMm)} ${at(from, 0, heightMm)}`;
}
