import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { App as AntApp, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { useEffect } from "react";
import { onSignedOut, ProblemError } from "./live/call.ts";
import { sessionQuery } from "./live/queries.ts";
import { router } from "./routes.tsx";
import { theme } from "./theme.ts";
import { useLanguage } from "./words/index.ts";

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A refusal is not retried; only a request that never reached the gateway is.
      retry: (count, error) => count < 2 && (!(error instanceof ProblemError) || error.status === 0),
    },
    mutations: { retry: false, networkMode: "always" },
  },
});

const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");

export function App() {
  const language = useLanguage();
  useEffect(() => onSignedOut(() => void client.invalidateQueries({ queryKey: sessionQuery.queryKey })), []);
  const motion = { ...theme.token, motion: !stillness.matches };
  return (
    <ConfigProvider
      theme={{ ...theme, token: motion }}
      locale={language === "zh" ? zhCN : enUS}
      button={{ autoInsertSpace: false }}
    >
      <AntApp>
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}
