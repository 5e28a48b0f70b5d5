/** Every list of the API has one shape: its items, and a cursor to those after them; null: there are no more. */
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

/** `more`: what else is said of the list as a whole. */
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

/** A list that is short enough to come whole. */
export const wholeList = <Item>(items: Item[]): List<Item> => ({ items, nextCursor: null });

/** With the value "old" a request gets lists in their former shapes, until 0.2. */
export const listsHeader = "guiwei-lists";
