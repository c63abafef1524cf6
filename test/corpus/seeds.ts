import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { bytesOf, type Recipe } from "./recipe";

const root = path.join(__dirname, "seeds");

/** An input of a parser, which takes it or refuses it. */
export interface Seed {
    readonly name: string;
    readonly isAccepted: boolean;
    readonly bytes: Buffer;
}

/** The corpus of a parser: `seeds/<parser>/{accepted,refused}/<name>`; a file `.recipe.json` says what binary bytes it stands for. */
export function seedsOf(parser: string): readonly Seed[] {
    return (["accepted", "refused"] as const).flatMap((verdict) => {
        const folder = path.join(root, parser, verdict);
        return readdirSync(folder)
            .toSorted()
            .map((name) => ({ name, isAccepted: verdict === "accepted", bytes: read(path.join(folder, name)) }));
    });
}

export function corpora(): readonly string[] {
    return readdirSync(root).toSorted();
}

function read(file: string): Buffer {
    const bytes = readFileSync(file);
    return file.endsWith(".recipe.json") ? bytesOf((JSON.parse(bytes.toString()) as Recipe).parts) : bytes;
}
