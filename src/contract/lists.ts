/** Every list of the API has one shape: the items, and a cursor to the next page (null: this is the last page). */
import {
  type TArray,
  type TNull,
  type TObject,
  type TProperties,
  type TSchema,
  type TString,
  type TUnion,
  Type,
} from "typebox";

type ListProperties<Item extends TSchema> = { items: TArray<Item>; nextCursor: TUnion<[TString, TNull]> };

/** `more`: further properties of the list as a whole. */
export function listOf<Item extends TSchema, More extends TProperties = Record<never, never>>(
  item: Item,
  more?: More,
): TObject<ListProperties<Item> & More> {
  const properties = { items: Type.Array(item), nextCursor: Type.Union([Type.String(), Type.Null()]), ...more };
  return Type.Object(properties, { additionalProperties: false }) as TObject<ListProperties<Item> & More>;
}

export interface List<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** A list short enough to be returned without pages. */
export const wholeList = <Item>(items: Item[]): List<Item> => ({ items, nextCursor: null });

/** A request that sends this header with "old" gets lists in their former shapes, until 0.2. */
export const listsHeader = "guiwei-lists";
