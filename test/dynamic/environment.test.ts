import { buildEnvironment } from "../../providers/dynamic/wiring/environment";

const never = new AbortController().signal;
const mockEngine = jest.fn(() => ({ interrupted: never, gone: never }));
jest.mock("../../providers/dynamic/wiring/engine", () => ({ engine: () => mockEngine() }));

const mirrors = { main: "http://main.example", security: "http://security.example" };

test("images of one configuration share an environment, and so one look at the archive", async () => {
    const [one, same] = await Promise.all([buildEnvironment(mirrors), buildEnvironment({ ...mirrors })]);
    expect(same).toBe(one);
    expect(one.mirrors).toEqual(mirrors);
});

test("another configuration has another environment", async () => {
    const other = { ...mirrors, security: "http://other.example" };
    expect((await buildEnvironment(other)).mirrors).toEqual(other);
});

test("mirrors of registries are part of the configuration", async () => {
    const registries = "ghcr.io=https://mirror.example";
    const { registries: found } = await buildEnvironment({ ...mirrors, registries });
    expect(found?.mirrors).toEqual({ "ghcr.io": ["https://mirror.example"] });
});

test("a failure is not kept", async () => {
    const failing = { ...mirrors, main: "http://late.example" };
    mockEngine.mockImplementationOnce(() => {
        throw new Error("not yet");
    });
    await expect(buildEnvironment(failing)).rejects.toThrow("not yet");
    expect((await buildEnvironment(failing)).mirrors).toEqual(failing);
});
