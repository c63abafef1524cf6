/** How many places of one kind are tried in a seed. */
const PLACES = 80;
const BLOCK = 512;

/** What stands where a number does, in text and in the fields of headers. */
const numbers: readonly ((digits: string) => string)[] = [
    (digits) => "0".repeat(digits.length),
    (digits) => "7".repeat(digits.length),
    (digits) => "9".repeat(digits.length),
    (digits) => "f".repeat(digits.length),
    (digits) => `-${digits.slice(1)}`,
    (digits) => `${digits}0`,
    () => "9".repeat(400),
    (digits) => String(Number(digits.slice(0, 15)) + 1).padStart(digits.length, "0"),
];

const strays = ["\0", "\xff", "\n", "\n\n", '"', "'", "`", "{", "[", ":", "/", "..", "\\", "\u202e", "__proto__", "-"];

/** Every damage to a seed that is tried: the same whenever it is asked for. */
export function* mutants(seed: Buffer, others: readonly Buffer[]): Iterable<Buffer> {
    yield* truncations(seed);
    yield* flips(seed);
    yield* cuts(seed);
    yield* insertions(seed);
    yield* withNumbers(seed);
    for (const other of others) {
        yield* splices(seed, other);
    }
}

/** Some offsets of a text, those around a header's block and both ends among them. */
function offsets(length: number, places = PLACES): readonly number[] {
    const step = Math.max(1, Math.ceil(length / places));
    const regular = Array.from({ length: Math.ceil(length / step) }, (_, index) => index * step);
    const blocks = regular.flatMap((offset) => {
        const start = offset - (offset % BLOCK);
        return [start - 1, start, start + 1];
    });
    const ends = [length - 2, length - 1];
    return [...new Set([...regular, ...blocks, ...ends])].filter((offset) => offset >= 0 && offset < length);
}

function* truncations(seed: Buffer): Iterable<Buffer> {
    for (const offset of offsets(seed.length)) {
        yield seed.subarray(0, offset);
    }
}

function* flips(seed: Buffer): Iterable<Buffer> {
    for (const [index, offset] of offsets(seed.length, 2 * PLACES).entries()) {
        const copy = Buffer.from(seed);
        copy[offset] = (copy[offset] ?? 0) ^ (1 << (index % 8));
        yield copy;
    }
}

/** A piece is lost, or comes twice. */
function* cuts(seed: Buffer): Iterable<Buffer> {
    for (const offset of offsets(seed.length, PLACES / 4)) {
        for (const length of [1, 7, BLOCK]) {
            yield Buffer.concat([seed.subarray(0, offset), seed.subarray(offset + length)]);
            yield Buffer.concat([seed.subarray(0, offset + length), seed.subarray(offset)]);
        }
    }
}

function* insertions(seed: Buffer): Iterable<Buffer> {
    for (const [index, offset] of offsets(seed.length, PLACES / 2).entries()) {
        const stray = strays[index % strays.length] ?? "";
        yield Buffer.concat([seed.subarray(0, offset), Buffer.from(stray, "latin1"), seed.subarray(offset)]);
    }
}

/** Sizes, counts and lengths are numbers of digits in all of these formats. */
function* withNumbers(seed: Buffer): Iterable<Buffer> {
    const text = seed.toString("latin1");
    const found = [...text.matchAll(/\d+/g)];
    const step = Math.max(1, Math.ceil(found.length / (PLACES / 4)));
    for (const { index, 0: digits } of found.filter((_, position) => position % step === 0)) {
        for (const change of numbers) {
            const changed = text.slice(0, index) + change(digits) + text.slice(index + digits.length);
            yield Buffer.from(changed, "latin1");
        }
    }
}

/** The head of one and the tail of the other. */
function* splices(seed: Buffer, other: Buffer): Iterable<Buffer> {
    for (const part of [0.1, 0.3, 0.5, 0.7, 0.9]) {
        const [own, theirs] = [Math.floor(seed.length * part), Math.floor(other.length * part)];
        yield Buffer.concat([seed.subarray(0, own), other.subarray(theirs)]);
        yield Buffer.concat([seed.subarray(0, own - (own % BLOCK)), other.subarray(theirs - (theirs % BLOCK))]);
    }
}
