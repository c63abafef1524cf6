import { rmSync } from "node:fs";
import { resolveDebian } from "../../../providers/image/debian";
import type * as packageTable from "../../../providers/image/debian/package-table";
import { fakeEnvironment, fakeSource, removeTemporaryDirectories } from "./support/environment";
import { type FakeArchive, startArchive, trixie } from "./support/fake-archive";
import { trustedKeys } from "./support/trusted-keys";

jest.mock(
    "../../../providers/image/debian/data/archive-keys",
    () => jest.requireActual("./support/trusted-keys").trustedKeys,
);

/** How often the next tables to be opened are pruned just before. */
const mockPrunes = { left: 0 };

jest.mock("../../../providers/image/debian/package-table", () => {
    const actual = jest.requireActual<typeof packageTable>("../../../providers/image/debian/package-table");
    return {
        ...actual,
        openTable: (path: string) => {
            if (mockPrunes.left > 0) {
                mockPrunes.left -= 1;
                rmSync(path);
            }
            return actual.openTable(path);
        },
    };
});

let archive: FakeArchive;

beforeAll(async () => {
    archive = await startArchive(trixie([{ name: "server", version: "1.0-1" }]));
    trustedKeys.ARCHIVE_KEYS = archive.key;
});

afterAll(async () => {
    await archive.close();
    removeTemporaryDirectories();
});

function resolve() {
    return resolveDebian(fakeSource(archive, ["server"]), "amd64", undefined, fakeEnvironment());
}

test("an index that is pruned before it is read is made again", async () => {
    mockPrunes.left = 1;
    expect(Object.keys((await resolve()).packages)).toEqual(["server"]);
});

test("a store that loses every index at once is an error, not a loop", async () => {
    mockPrunes.left = Infinity;
    await expect(resolve()).rejects.toMatchObject({ code: "ENOENT" });
    mockPrunes.left = 0;
});
