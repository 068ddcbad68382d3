// Takes the README's pictures from a running `npm run try`: npx node playground/take-pictures.ts [url] [folder]
import { mkdirSync } from 'node:fs'
import { chromium, type Page } from 'playwright-core'

/** Debian's Chromium; elsewhere set CHROMIUM to a browser's path. */
const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const [url = 'http://localhost:4100', folder = 'docs'] = process.argv.slice(2)
const answerWithinMs = 60_000

mkdirSync(folder, { recursive: true })
const browser = await chromium.launch({
  executablePath: browserPath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
})
try {
  const page = await browser.newPage({ viewport: { width: 1360, height: 900 }, deviceScaleFactor: 1.5 })
  await page.goto(url)
  await page.locator('.sidebar-item', { hasText: 'orders' }).click()
  await ask(page, '.main', '/arch-review https://github.com/acme/orders')
  await page.locator('.thread-summary').last().click()
  await widenThread(page)
  await page.locator('.thread-pane', { hasText: 'JSON, for programs' }).waitFor({ timeout: answerWithinMs })
  await page.locator('.thread-body').evaluate((body) => body.scrollTo(0, 0))
  await page.waitForTimeout(200)
  await page.screenshot({ path: `${folder}/review.png` })
  await ask(page, '.main', '@architect what is this service built with? https://github.com/acme/orders')
  await page.locator('.thread-summary').last().click()
  await waitForAnswers(page, 1)
  await ask(page, '.thread-pane', 'why could the orders list be slow?')
  await waitForAnswers(page, 2)
  await ask(page, '.thread-pane', 'what is wrong here? https://github.com/acme/orders/blob/main/src/routes/reports.js')
  await waitForAnswers(page, 3)
  await page.screenshot({ path: `${folder}/answer.png` })
} finally {
  await browser.close()
}

async function ask(page: Page, where: string, text: string): Promise<void> {
  const input = page.locator(`${where} .composer-input`).first()
  await input.fill(text)
  await page.keyboard.press('Escape')
  await page.locator(`${where} .composer-send`).first().click()
  await page.waitForTimeout(300)
}

async function widenThread(page: Page): Promise<void> {
  const handle = await page.locator('.thread-resize-handle').boundingBox()
  if (!handle) return
  await page.mouse.move(handle.x + 2, 400)
  await page.mouse.down()
  await page.mouse.move(handle.x - 400, 400, { steps: 8 })
  await page.mouse.up()
}

/** An answer is finished when it can be rated. */
async function waitForAnswers(page: Page, count: number): Promise<void> {
  await page
    .locator('.thread-pane button', { hasText: 'Not helpful' })
    .nth(count - 1)
    .waitFor({ timeout: answerWithinMs })
  await page.waitForTimeout(500)
  await page.locator('.thread-body').evaluate((body) => body.scrollTo(0, body.scrollHeight))
  await page.waitForTimeout(200)
}
