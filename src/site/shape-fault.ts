/** Faults in the shape of a value in the site file, worded for its author: one sentence for each place, in both languages. */

/** An error of the schema library: JSON Schema keyword and its parameters. */
export interface ShapeError {
  keyword: string;
  /** "/rooms/0/areas/1" */
  instancePath: string;
  params: object;
  message: string;
}

export interface ShapeFault {
  path: string[];
  zh: string;
  en: string;
}

const typeNames: Record<string, string> = {
  integer: "整数",
  number: "数字",
  string: "文字",
  boolean: "true 或 false",
  array: "列表",
  object: "一组字段",
};

/** Several errors at one place are one fault: a union fails once for each branch and once as a whole. */
export function shapeFaults(errors: readonly ShapeError[]): ShapeFault[] {
  const byPath = new Map<string, ShapeError[]>();
  for (const error of errors) byPath.set(error.instancePath, [...(byPath.get(error.instancePath) ?? []), error]);
  const faults: ShapeFault[] = [];
  for (const [path, group] of byPath) {
    const parts = path.split("/").slice(1);
    // The field itself is reported by the object that does not allow it.
    const told = group.filter((error) => error.keyword !== "boolean");
    const allowed = told.flatMap((error) => (error.keyword === "const" ? [String(param(error, "allowedValue"))] : []));
    if (allowed.length > 0) {
      const list = [...new Set(allowed)];
      faults.push({ path: parts, zh: `应为 ${list.join("、")} 之一`, en: `must be one of ${list.join(", ")}` });
      continue;
    }
    for (const error of told) faults.push(...wordsOf(error, parts));
  }
  return faults;
}

function wordsOf(error: ShapeError, path: string[]): ShapeFault[] {
  const { keyword, message } = error;
  const limit = param(error, "limit");
  const names = (key: string) => (param(error, key) as string[] | undefined) ?? [];
  switch (keyword) {
    case "required":
      return names("requiredProperties").map((name) => ({
        path,
        zh: `缺少字段 ${name}`,
        en: `the field ${name} is missing`,
      }));
    case "additionalProperties":
      return names("additionalProperties").map((name) => ({
        path: [...path, name],
        zh: `没有名为 ${name} 的字段`,
        en: `there is no field called ${name}`,
      }));
    case "type": {
      const type = String(param(error, "type"));
      return [{ path, zh: `应为${typeNames[type] ?? type}`, en: message }];
    }
    case "minimum":
    case "exclusiveMinimum":
      return [{ path, zh: `不得小于 ${limit}`, en: message }];
    case "maximum":
    case "exclusiveMaximum":
      return [{ path, zh: `不得大于 ${limit}`, en: message }];
    case "minItems":
      return [{ path, zh: `至少要有 ${limit} 项`, en: message }];
    case "maxItems":
      return [{ path, zh: `至多只能有 ${limit} 项`, en: message }];
    case "minLength":
      return [{ path, zh: `至少要有 ${limit} 个字符`, en: message }];
    case "maxLength":
      return [{ path, zh: `至多只能有 ${limit} 个字符`, en: message }];
    case "pattern":
      return [{ path, zh: `格式应为 ${param(error, "pattern")}`, en: message }];
    case "anyOf":
      return [{ path, zh: "写法不符合任何一种允许的形式", en: "fits none of the allowed forms" }];
    default:
      return [{ path, zh: "写法不对", en: message }];
  }
}

function param(error: ShapeError, name: string): unknown {
  return (error.params as Record<string, unknown>)[name];
}
