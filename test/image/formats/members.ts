/** A member of a tar that may hold a path more than once, as an image's does: the last one counts. */
export interface Member {
    readonly path: string;
    readonly type: string;
    readonly mode: number;
    readonly mtime: number;
    readonly target: string;
    readonly text: string;
    /** Of its extended header. */
    readonly records: Readonly<Record<string, string>>;
}

export function membersOf(tar: Buffer): Member[] {
    const members: Member[] = [];
    let records: Record<string, string> = {};
    for (let at = 0; tar[at] !== 0;) {
        const text = (from: number, to: number) => tar.toString("utf8", at + from, at + to).replace(/\0.*$/s, "");
        const octal = (from: number, to: number) => Number.parseInt(text(from, to), 8);
        const sizeBytes = octal(124, 136);
        const body = tar.toString("utf8", at + 512, at + 512 + sizeBytes);
        if (text(156, 157) === "x") {
            records = recordsOf(tar.subarray(at + 512, at + 512 + sizeBytes));
        } else {
            const path = records["path"] ?? text(0, 100);
            const target = records["linkpath"] ?? text(157, 257);
            const fields = { type: text(156, 157), mode: octal(100, 108), mtime: octal(136, 148) };
            members.push({ path, ...fields, target, text: body, records });
            records = {};
        }
        at += 512 + Math.ceil(sizeBytes / 512) * 512;
    }
    return members;
}

/** Each is its own length, a space, the key, an equals sign, the value and a newline: POSIX.1-2017, pax. */
function recordsOf(body: Buffer): Record<string, string> {
    const records: [string, string][] = [];
    for (let at = 0; at < body.length;) {
        const length = Number.parseInt(body.toString("latin1", at, at + 10), 10);
        const text = body.toString("utf8", body.indexOf(0x20, at) + 1, at + length - 1);
        records.push([text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]);
        at += length;
    }
    return Object.fromEntries(records);
}
