import { BootingInstance, type FormerBoots, lastBoot } from "../../../providers/aws/instance/booting";
import { awsError } from "../support/fault";

interface Shown {
    readonly texts: (string | Error)[];
    readonly state?: string;
    readonly reason?: string;
    readonly publicIp?: string;
}

function booting({ texts, state = "running", reason, publicIp }: Shown, former?: FormerBoots): BootingInstance {
    const instance = {
        ...{
            id: "i-1",
            state,
            type: "t3.micro",
            launched: 0,
            zone: "a",
            groups: [],
            requiresTokens: true,
            volumes: [],
        },
        ...{ tags: {}, privateIp: "10.0.0.1" },
        ...(reason === undefined ? {} : { reason }),
        ...(publicIp === undefined ? {} : { publicIp }),
    };
    return new BootingInstance({
        calls: {
            instances: () => Promise.resolve([instance]),
            console: () => {
                const next = texts.length > 1 ? texts.shift() : texts[0];
                return next instanceof Error ? Promise.reject(next) : Promise.resolve(next ?? "");
            },
        },
        id: "i-1",
        latest: true,
        connects: (host, port) => Promise.resolve(`${host}:${port}` === "203.0.113.1:22"),
        ...(former === undefined ? {} : { former }),
    });
}

async function looks(machine: BootingInstance, count: number): Promise<(readonly string[])[]> {
    const lines: (readonly string[])[] = [];
    for (let look = 0; look < count; look++) {
        await machine.ended();
        lines.push(await machine.freshLines());
    }
    return lines;
}

test("lines are given once, when they are finished, and also where AWS has dropped what was before", async () => {
    const machine = booting({ texts: ["one\ntw", "one\ntwo\n"] });
    const [first, second] = await looks(machine, 2);
    expect([first, second]).toEqual([["one"], ["two"]]);
    expect(machine.lastLines(1)).toEqual(["two"]);

    const long = Array.from({ length: 100 }, (_, index) => `line ${index}`);
    const window = (from: number, to: number): string => `${long.slice(from, to).join("\n")}\n`;
    const sliding = booting({ texts: [window(0, 50), window(10, 80), window(40, 100)] });
    expect((await looks(sliding, 3)).flat()).toEqual(long);
});

test("where all that was seen is gone, all that is there is new", async () => {
    const machine = booting({ texts: ["a\n", "b\n"] });
    expect(await looks(machine, 2)).toEqual([["a"], ["b"]]);
});

test("what earlier boots printed does not count, wherever it is shown", async () => {
    const text = "linuxkit: failed: old\nlinuxkit: ready one 1.0s\nlinuxkit: service redis failed\n";
    const former = { boot: "one", text };
    const after = `${text}Linux version 6.12\nlinuxkit: ready two 2.0s\n`;
    expect(await looks(booting({ texts: [text, after] }, former), 2)).toEqual([
        [],
        ["Linux version 6.12", "linuxkit: ready two 2.0s"],
    ]);
    const lost = { boot: "one", text: "" };
    expect((await looks(booting({ texts: [after] }, lost), 1)).flat()).toEqual([
        "linuxkit: service redis failed",
        "Linux version 6.12",
        "linuxkit: ready two 2.0s",
    ]);
    expect((await looks(booting({ texts: ["linuxkit: ready two 2.0s\n"] }, former), 1)).flat()).toHaveLength(1);
    expect(lastBoot(after)).toBe("two");
    expect(lastBoot("no boot")).toBeUndefined();
});

test("one that AWS does not know yet has printed nothing, and another error is one", async () => {
    expect(await looks(booting({ texts: [awsError("InvalidInstanceID.NotFound"), "a\n"] }), 2)).toEqual([[], ["a"]]);
    await expect(looks(booting({ texts: [awsError("UnauthorizedOperation", 403)] }), 1)).rejects.toThrow(
        "Unauthorized",
    );
});

test("its end is told with AWS's reason", async () => {
    const ended = booting({ texts: [""], state: "terminated", reason: "Server.SpotInstanceTermination" });
    expect(await ended.ended()).toBe("it is terminated: Server.SpotInstanceTermination");
    expect(await booting({ texts: [""], state: "stopped" }).ended()).toBe("it is stopped: AWS gives no reason");
    expect(await booting({ texts: [""], state: "pending" }).ended()).toBeUndefined();
});

test("a port is asked for at the public address, else at the private one", async () => {
    const outside = booting({ texts: [""], publicIp: "203.0.113.1" });
    await outside.ended();
    expect(await outside.accepts(22)).toBe(true);
    const inside = booting({ texts: [""] });
    expect(await inside.accepts(22)).toBe(false);
    await inside.ended();
    expect(await inside.accepts(22)).toBe(false);
    expect(await inside.isRunning()).toBe(true);
});
