import type { Handler, Properties } from "../../providers/lifecycle/handler";

/** What a check makes of inputs that are as they should be. */
export async function checked(
    handler: Pick<Handler, "check">,
    news: Properties,
    olds: Properties = {},
): Promise<Properties> {
    const { inputs, failures } = await handler.check(olds, news);
    expect(failures).toEqual([]);
    return inputs;
}
