/**
 * The words that tool definitions have most often, of those that rules and model know, the commonest first. They get the
 * first numbers of the lexicon: what is known of them then lies close together, in a part of memory that stays in the
 * processor's cache. An order and nothing else: without a word here, or with another one, every verdict is the same.
 */
export const FREQUENT_WORDS: readonly string[] = `
the to a for of id and get or in name list with by this use is from returns an create page all if project user
search e be g when default number type tool path on optional update specific data not status filter file query
code only delete are date that required new you results as content url key true information description 1 set
must request payment group api order return account repository details it service include aws text using item
per current can operation str args start retrieve provided will issue action call used max time configuration
string environment after before available fields defaults existing value pagination specified files resource
items limit parameters token add error message email amount version about config policy full its one format
response metadata example json state note branch target ids organization your app including users field source
object end first database address identifier 2 at detailed template each names any returned session work profile
mode requires region read via no which parameter pix false check analysis find remove workspace values reference
customer options 0 component event run containing size types image maximum complete domain endpoint directory
single multiple merge dict context custom space result array 3 title 100 language owner examples namespace
browser instance access operations entity post tag card without com output method their application test created
fetch invoice updated generate tags product currency unique logs usage etc https should schema table issues pull
prompt workflow events other git connection contact given entry label log supports line whether mcp paths
important always job metrics server collection need up brand task pipeline category info transaction services
comment element location schedule 10 updates next provider phone match retrieves show within document commit do
provide cursor settings pass body github keys range where input automatically offset change team price execute
role device tools cluster filters perform asset confirm memory changes history what agent creates ai repo
instead more patterns security webhook active home filtering count records merchant report docs omitted pattern
5 iso summary both lists has function groups into review have actions omit objects system write arn resources
local node yaml cancel like comprehensive index network script model projects so x charge 00 want valid ha link
variable requests feature last how attributes queries entities due these labels download matching assistant
exact messages sort properties slug send case based notes see same payer across select process trigger sql
command also assets may seconds subscription storage uses scope markdown refund block automation root total
documentation store authentication package preview iid flow wiki back statistics wallet errors includes analyze
useful against convert okta deployment cannot skip timestamp success they supported level country integration
absolute python configured 50 fabric tasks display option does 4 min cli recent then health iam xero incident
http between build creating optionally release capture pages enabled md was either warning light clear
components calls rule cost view entries comments scene cpf audit manage prefix microsoft failure provides
circleci ask setting y top parent performance google found identified dictionary shows but thread orders cnpj
variables through html pdf gateway concept milestone rules sdk explicitly categories definitions identity
snapshot runtime none running documents directories area best save point username structure related datastore
allowed failed ref cases already validate accounts execution previous linear reason folder trace replace
dashboard bank associated ui member latest creation detection record web bucket most env step brl open batch
recommended contacts verify modify pipelines specify never engine empty guide instructions members base plan
theme them searches since window channel checkout onelake relevant assign import stop raw notion cloudwatch
scheme checks validation lines agentcore make two icon graphql s3 balance products js gitlab working over
structured templates uri common readonly currently credential expiration metric different authenticated secret
days property vector support accepts relative destination connect conversation duration confirmation credit de
policies starting jobs calendar transactions until variant shortcut runs container versions selector platform
configurations dimensions uuid tenant under screenshot chat resolve matrix boolean gh pending deletion matches
azure csv lookup needed primary draft boleto discussion exists export hash urls directly permission edit
permissions replaces blocks rename useast1 dataset priority v3 detail commaseparated states incidents wait
internal quality public fiat tables enable series s todo chain tests links flag color discover prefer commits
tree packages functions v1 external payments tax partial unless counts changed force patch unit n completed llm
symbol basic params diff requirements contents once global every formatted nodes images tracking cloudformation
inline cause upload look expected posts identify missing removes dependencies timeout class commands hours kind
marketplace atlas guidance recipient i unity emoji position crypto variants paper sale indicating contains
devices arguments workflows linkedin payload instrumentation zone txid units stats syntax stack remote apps
subject hubspot ctx nci install activity control direct track saved 30 overview shown apply pod helper null
applications features original cards mark reaction uid methods bool quantity height dashboards my repositories
advanced generation c scripts stored rate critical namespaces console take sample simple restart exist
expression kubernetes rejected recommendations ec2 z iteration click following criteria javascript transfer
extract explicit research int mongodb points traces many profiles needs sources resolved override credentials
publish free author numeric coordinates installed toplevel asks definition client fails svg payout insights gets
conditions require filename purpose notification dont deep knowledge company b qr invoices cents campaign
management cloud reasoning listing column latency reply analytics length gist dependency stage alert standard
otherwise permanently percentage org preferred locale simulator rotation practices tokens private scan exactly
flags such describe city processing lambda question fail broker drug steps ip domains generates sent understand
edits backup auditors whatsapp alerts numbers score selection receive backend news wildcard load registry
disable teams proxy confirmed rollback un typically put authorization form defined progress finding deleted ios
host modes design reports bulk cdk translation now consent deletes actual archive amazon works login attribute
references those customization workload threshold gorev diagnostics limits addon camera gene automations
generated endpoints questions formats main cloudflare sales registered shape var still falls spec bcb
`
  .trim()
  .split(/\s+/);
