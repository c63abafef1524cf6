import { LinuxKitError } from "../../sdk/assembly/error";
import { mutants } from "./mutations";
import { type Parser, parsers } from "./parsers";
import { corpora, seedsOf } from "./seeds";

const MEBIBYTE = 2 ** 20;
/** Of what one input may take, on a busy machine too. */
const PATIENCE_MILLISECONDS = 20_000;
/** Of all of a parser's inputs, which V8 collects when it comes to it: what an input can ask for goes into gigabytes. */
const MEMORY_BYTES = 1024 * MEBIBYTE;

/** "" where the input is taken; what is thrown must be an error of ours. */
async function verdict({ parse }: Parser, bytes: Buffer): Promise<string> {
    try {
        await parse(bytes);
        return "";
    } catch (error) {
        if (!(error instanceof LinuxKitError)) {
            throw new Error(`${JSON.stringify(bytes.toString("latin1").slice(0, 3000))}: ${String(error)}`, {
                cause: error,
            });
        }
        return error.code;
    }
}

test("every corpus has its parser, and every parser its corpus", () => {
    expect(corpora()).toEqual(Object.keys(parsers).toSorted());
});

describe.each(Object.entries(parsers))("%s", (name, parser) => {
    const seeds = seedsOf(name);

    test.each(seeds)("takes or refuses $name", async ({ bytes, isAccepted }) => {
        expect(await verdict(parser, bytes)).toMatch(isAccepted ? /^$/ : parser.codes);
    });

    test("takes or refuses whatever becomes of a seed, in time and in little memory", async () => {
        const before = process.resourceUsage().maxRSS;
        let count = 0;
        for (const { bytes } of seeds) {
            const others = seeds.map((seed) => seed.bytes).filter((other) => other !== bytes);
            for (const mutant of mutants(bytes, others)) {
                for (const input of parser.repair === undefined ? [mutant] : [mutant, parser.repair(mutant)]) {
                    const start = performance.now();
                    const code = await verdict(parser, input);
                    if (code !== "" && !parser.codes.test(code)) {
                        throw new Error(`${code} for ${JSON.stringify(input.toString("latin1").slice(0, 3000))}`);
                    }
                    expect(performance.now() - start).toBeLessThan(PATIENCE_MILLISECONDS);
                    count += 1;
                }
            }
        }
        expect(count).toBeGreaterThan(300);
        expect((process.resourceUsage().maxRSS - before) * 1024).toBeLessThan(MEMORY_BYTES);
    });
});
