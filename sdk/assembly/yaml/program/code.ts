import { isAbsent, isObject } from "../../read/reader";

/** A call in a program's text: `callee(args)suffix`; without arguments, and not called, an expression as it is. */
export class Call {
    constructor(
        readonly callee: string,
        readonly args: readonly unknown[],
        readonly suffix: string = "",
    ) {}
}

/** A name in a program's text. */
export class Name {
    constructor(readonly name: string) {}
}

const widest = 110;
const step = "    ";

/** A value as TypeScript; what does not fit a line, or holds several objects, goes over several. */
export function codeOf(value: unknown, indent: string = ""): string {
    const line = oneLine(value);
    if (indent.length + line.length <= widest && !isBig(value)) {
        return line;
    }
    const inner = indent + step;
    if (value instanceof Call) {
        const args = value.args.map((arg) => codeOf(arg, indent)).join(", ");
        return `${value.callee}(${args})${value.suffix}`;
    }
    if (Array.isArray(value)) {
        return lines(
            "[",
            value.map((item: unknown) => codeOf(item, inner)),
            "]",
            indent,
        );
    }
    if (isObject(value)) {
        const members = present(value).map(([key, each]) => `${keyOf(key)}: ${codeOf(each, inner)}`);
        return lines("{", members, "}", indent);
    }
    return line;
}

function lines(open: string, items: readonly string[], close: string, indent: string): string {
    return [open, ...items.map((item) => `${indent}${step}${item},`), `${indent}${close}`].join("\n");
}

function oneLine(value: unknown): string {
    if (value instanceof Name) {
        return value.name;
    }
    if (value instanceof Call) {
        return `${value.callee}(${value.args.map(oneLine).join(", ")})${value.suffix}`;
    }
    if (Array.isArray(value)) {
        return `[${value.map(oneLine).join(", ")}]`;
    }
    if (isObject(value)) {
        const members = present(value).map(([key, each]) => `${keyOf(key)}: ${oneLine(each)}`);
        return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
    }
    return JSON.stringify(value);
}

/** Objects in objects, and lists of them, are easier read on lines of their own. */
function isBig(value: unknown): boolean {
    const isNested = (each: unknown): boolean => isObject(each) || (Array.isArray(each) && each.some(isObject));
    return isObject(value) ? Object.keys(value).length > 2 || Object.values(value).some(isNested) : isNested(value);
}

function present(record: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
    return Object.entries(record).filter(([, each]) => !isAbsent(each));
}

/** Written as any other key, `__proto__` would set the prototype. */
function keyOf(key: string): string {
    const text = JSON.stringify(key);
    return key === "__proto__" ? `[${text}]` : /^[A-Za-z_$][\w$]*$/.test(key) ? key : text;
}
