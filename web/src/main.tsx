import { createRoot } from "react-dom/client";
import "./words/index.ts";
import { App } from "./app.tsx";
import "./console.css";
import { dressPage } from "./theme.ts";

dressPage(document.documentElement);
const root = document.getElementById("console");
if (root) createRoot(root).render(<App />);
