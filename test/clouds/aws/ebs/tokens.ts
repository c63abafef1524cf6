import { createHmac, randomBytes } from "node:crypto";
import { invalid } from "./errors.ts";

/** How long a list's tokens are good: a week. */
export const TOKEN_LIFE_MS = 7 * 24 * 3_600_000;

/** Of this process: a restart makes tokens void, as time does. */
const KEY = randomBytes(32);

/** A token that only the emulator can make, for the parts it is made of, until a time. */
export function makeToken(parts: readonly (string | number)[], until: number): string {
    const text = `${parts.join(" ")} ${until}`;
    return Buffer.from(`${text} ${mac(text)}`).toString("base64");
}

/** @throws Failure unless the token was made of these first parts and is still good; gives the parts after them */
export function readToken(
    token: string,
    first: readonly (string | number)[],
    now: number,
    reason: "INVALID_PAGE_TOKEN" | "INVALID_BLOCK_TOKEN",
): string[] {
    const fields = Buffer.from(token, "base64").toString("utf8").split(" ");
    const given = fields.pop();
    const until = Number(fields.at(-1));
    const parts = fields.slice(0, -1);
    if (given !== mac(fields.join(" ")) || until < now || first.some((part, index) => parts[index] !== String(part))) {
        throw invalid(reason, "The token is not valid, or not any more");
    }
    return parts.slice(first.length);
}

const mac = (text: string): string => createHmac("sha256", KEY).update(text).digest("hex").slice(0, 32);
