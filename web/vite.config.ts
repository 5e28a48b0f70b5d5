import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** For `npx vite web`: where the gateway answers meanwhile. */
const gateway = process.env.GUIWEI_URL ?? "http://127.0.0.1:8080";

export default defineConfig(({ command }) => {
  // Whoever builds it, a test with NODE_ENV=test too: what is served is never React's development build.
  if (command === "build") process.env.NODE_ENV = "production";
  return {
    root: import.meta.dirname,
    plugins: [react()],
    build: {
      outDir: "../dist/web",
      emptyOutDir: true,
      chunkSizeWarningLimit: 900,
      rolldownOptions: {
        output: {
          // Vendors change rarely: browsers keep them over updates of the console.
          codeSplitting: {
            groups: [
              {
                name: "react",
                test: /node_modules[\\/](react|react-dom|scheduler|@tanstack|i18next|react-i18next)[\\/]/,
              },
              { name: "live", test: /node_modules[\\/](socket\.io|engine\.io)[^\\/]*[\\/]/ },
            ],
          },
        },
      },
    },
    server: { proxy: { "/api": gateway, "/live": { target: gateway, ws: true } } },
  };
});
