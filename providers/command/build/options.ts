import { InvalidArgumentError } from "commander";

import { parseBytes } from "../../../sdk/assembly/units";

export function names(text: string): string[] {
    if (text.trim() === "") {
        throw new InvalidArgumentError("it is empty");
    }
    return text.split(",").map((name) => name.trim());
}

/** What files' names begin with. */
export function fileName(text: string): string {
    if (text === "" || text === "." || text === ".." || /[/\\\0]/.test(text)) {
        throw new InvalidArgumentError('it is a file name, without "/": the folder goes into --dir');
    }
    return text;
}

/** Bytes of a size with its unit: "1 GB". */
export function size(text: string): number {
    try {
        return parseBytes(text);
    } catch (error) {
        throw new InvalidArgumentError((error as Error).message);
    }
}

export function parameter(text: string, earlier: Readonly<Record<string, string>>): Record<string, string> {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined) {
        throw new InvalidArgumentError("it has the form name=value");
    }
    return { ...earlier, [name]: value };
}
