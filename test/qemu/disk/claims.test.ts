import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownIdentity, type ProcessIdentity } from "../../../providers/lifecycle/process";
import { giveUpClaim, takeClaim } from "../../../providers/qemu/disk/claims";

const dead: ProcessIdentity = { pid: 2 ** 30, startTime: "ended" };

let folder: string;
let self: ProcessIdentity;
beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), "linuxkit-claims-")), "claims");
    self = await ownIdentity();
});
afterEach(() => rm(join(folder, ".."), { recursive: true }));

const winners = async (count: number): Promise<number> => {
    const holders = await Promise.all(Array.from({ length: count }, () => takeClaim(folder, self)));
    return holders.filter((holder) => holder === undefined).length;
};

test("of many at once one has the claim, whether it was free, given back or a dead process's", async () => {
    for (let round = 0; round < 20; round += 1) {
        expect(await winners(12)).toBe(1);
        expect(await winners(3)).toBe(0);
        await giveUpClaim(folder);
        expect(await takeClaim(folder, dead)).toBeUndefined();
    }
    expect((await readdir(folder)).filter((name) => /^\d+$/.test(name))).toEqual(["40"]);
});

test("a number below the highest is no claim, and is not taken for one", async () => {
    expect(await takeClaim(folder, self)).toBeUndefined();
    await giveUpClaim(folder);
    expect(await takeClaim(folder, self)).toBeUndefined();
    await writeFile(join(folder, "1"), JSON.stringify({ holder: dead }));
    expect(await takeClaim(folder, dead)).toEqual(self);
});
