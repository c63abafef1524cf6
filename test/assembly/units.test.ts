import * as fc from "fast-check";
import { LinuxKitError } from "../../sdk/assembly/error";
import { parseBytes, parseDuration } from "../../sdk/assembly/units";

const powers = { KB: 10, KiB: 10, MB: 20, MiB: 20, GB: 30, GiB: 30 } as const;
const milliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

function failure(parse: () => unknown): LinuxKitError {
    try {
        parse();
    } catch (error) {
        return error as LinuxKitError;
    }
    throw new Error("nothing was thrown");
}

describe("parseBytes", () => {
    test.each([
        ["256 MB", 268_435_456],
        ["256 MiB", 268_435_456],
        ["1.5 GB", 1_610_612_736],
        ["0.5 KB", 512],
        ["64MB", 67_108_864],
        [" 2 GiB ", 2_147_483_648],
    ])("%s", (size, bytes) => {
        expect(parseBytes(size)).toBe(bytes);
    });

    test.each(["lots", "", "256", "256 mb", "256 TB", "-1 MB", "1e3 MB", "MB", "1 2 MB"])(
        "refuses %j and says what is accepted",
        (size) => {
            const error = failure(() => parseBytes(size));
            expect(error).toBeInstanceOf(LinuxKitError);
            expect(error.code).toBe("invalid-size");
            expect(error.message).toContain(JSON.stringify(size));
            expect(error.message).toContain('"256 MB"');
            expect(error.fields).toEqual({ value: size });
        },
    );

    test.each([
        [256, "256 is not a size such as"],
        [{}, "an object is not a size such as"],
        ["0 MB", '"0 MB" is zero'],
        ["1.1 KB", '"1.1 KB" does not come to whole bytes'],
        ["9999999999 GB", '"9999999999 GB" is too large: the largest size is "8388607 GB"'],
    ])("refuses %j for what it is", (size, reason) => {
        expect(failure(() => parseBytes(size as string)).message).toContain(reason);
    });

    test("every whole number of every unit", () => {
        fc.assert(
            fc.property(
                fc.integer({ min: 1, max: 2 ** 22 }),
                fc.constantFrom(...Object.keys(powers)),
                (count, unit) => {
                    expect(parseBytes(`${count} ${unit}`)).toBe(count * 2 ** powers[unit as keyof typeof powers]);
                },
            ),
        );
    });
});

describe("parseDuration", () => {
    test.each([
        ["500ms", 0.5],
        ["10s", 10],
        ["2m", 120],
        ["1h", 3600],
        ["1.1s", 1.1],
        ["0s", 0],
    ])("%s", (duration, seconds) => {
        expect(parseDuration(duration)).toBe(seconds);
    });

    test.each(["10", "soon", "", "-1s", "1d", "1m30s", "0.5ms", "99999999999999999h"])(
        "refuses %j and says what is accepted",
        (duration) => {
            const error = failure(() => parseDuration(duration));
            expect(error.code).toBe("invalid-duration");
            expect(error.message).toContain(JSON.stringify(duration));
            expect(error.message).toContain('"10s"');
        },
    );

    test("every whole number of every unit", () => {
        const units = fc.constantFrom(...Object.keys(milliseconds));
        fc.assert(
            fc.property(fc.integer({ min: 0, max: 10_000_000 }), units, (count, unit) => {
                const expected = (count * milliseconds[unit as keyof typeof milliseconds]) / 1000;
                expect(parseDuration(`${count}${unit}`)).toBe(expected);
            }),
        );
    });
});
