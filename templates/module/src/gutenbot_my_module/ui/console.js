import { Card, EmptyState, ErrorCard, NumberField, Skeleton, defineModule, useModule, useQuery } from "@gutenbot/console";
import { useState } from "react";
import { jsx, jsxs } from "react/jsx-runtime";
// src/cloud.tsx
/** The page “Word cloud”. */
function Cloud() {
	const { api, values, words } = useModule();
	const [size, setSize] = useState(32);
	const top = useQuery({
		queryKey: [
			"my-module",
			"top",
			values.bot
		],
		queryFn: ({ signal }) => api.get("/{bot}/top", {
			path: values,
			signal
		})
	});
	if (top.error) return /* @__PURE__ */ jsx(ErrorCard, {
		error: top.error,
		onRetry: () => void top.refetch()
	});
	if (top.isPending) return /* @__PURE__ */ jsx(Skeleton, { lines: 4 });
	const said = top.data.filter((one) => one.heard > 0);
	if (said.length === 0) return /* @__PURE__ */ jsx(EmptyState, {
		kind: "first-use",
		title: words("cloud.empty")
	});
	const most = Math.max(...said.map((one) => one.heard));
	const pixels = (heard) => 12 + (size ?? 32) * heard / most;
	return /* @__PURE__ */ jsxs(Card, { children: [/* @__PURE__ */ jsx(NumberField, {
		label: words("cloud.size"),
		value: size,
		min: 8,
		max: 96,
		unit: "px",
		onChange: setSize
	}), /* @__PURE__ */ jsx("ul", {
		style: {
			display: "flex",
			flexWrap: "wrap",
			gap: "8px 24px",
			alignItems: "baseline",
			listStyle: "none",
			padding: 0
		},
		children: said.map((one) => /* @__PURE__ */ jsx("li", {
			title: words("cloud.times", { heard: one.heard }),
			style: { fontSize: pixels(one.heard) },
			children: /* @__PURE__ */ jsx("bdi", { children: one.word })
		}, one.word))
	})] });
}
// src/console.tsx
/** What the console loads: which component is which page of `pages.py`. */
var console_default = defineModule({
	name: "my-module",
	sdk: 1,
	pages: { cloud: Cloud }
});
export { console_default as default };
