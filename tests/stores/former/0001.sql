BEGIN TRANSACTION;
CREATE TABLE accounts (
	name TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	sponsor TEXT NOT NULL, 
	format TEXT NOT NULL, 
	https_only INTEGER NOT NULL, 
	catalogue TEXT NOT NULL, 
	created_at REAL NOT NULL, 
	created_by TEXT NOT NULL, 
	created_why TEXT NOT NULL, 
	suspended_at REAL, 
	suspended_by TEXT, 
	suspended_why TEXT, 
	CONSTRAINT pk_accounts PRIMARY KEY (name)
)
 STRICT

;
INSERT INTO "accounts" VALUES('acme',40,'bia@acme.example','vtex',1,'# line 1
[x]
',1800000000.25,'root','',1800000038.25,'root','');
INSERT INTO "accounts" VALUES('other',101,'ana@acme.example','native',0,'# a',1800000000.25,'root','',NULL,NULL,NULL);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE changes (
	seq INTEGER NOT NULL, 
	account TEXT NOT NULL, 
	change TEXT NOT NULL, 
	CONSTRAINT pk_changes PRIMARY KEY (seq)
)
 STRICT

;
INSERT INTO "changes" VALUES(1,'acme','{"is":"Change","account":"acme","at":1800000000.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"AccountCreated","sponsor":"ana@acme.example","format":"vtex","https_only":true}}');
INSERT INTO "changes" VALUES(2,'acme','{"is":"Change","account":"acme","at":1800000001.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserAdded","email":"bia@acme.example","name":"Bia Conceição"}}');
INSERT INTO "changes" VALUES(3,'acme','{"is":"Change","account":"acme","at":1800000002.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserAdded","email":"caio@acme.example","name":"Caio 🗝"}}');
INSERT INTO "changes" VALUES(4,'acme','{"is":"Change","account":"acme","at":1800000003.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RoleCreated","role":1,"name":"orders","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]]}}');
INSERT INTO "changes" VALUES(5,'acme','{"is":"Change","account":"acme","at":1800000004.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RoleCreated","role":2,"name":"empty","resources":[]}}');
INSERT INTO "changes" VALUES(6,'acme','{"is":"Change","account":"acme","at":1800000005.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RoleEdited","role":1,"name":"orders, all","added":[["OMS","Não é ASCII"],["OMS","_/"]],"removed":[["OMS","ListOrders"]]}}');
INSERT INTO "changes" VALUES(7,'acme','{"is":"Change","account":"acme","at":1800000006.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserGranted","role":1,"to":"bia@acme.example","until":null}}');
INSERT INTO "changes" VALUES(8,'acme','{"is":"Change","account":"acme","at":1800000007.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserGranted","role":2,"to":"bia@acme.example","until":1800086400.25}}');
INSERT INTO "changes" VALUES(9,'acme','{"is":"Change","account":"acme","at":1800000008.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserWithdrawn","role":2,"to":"bia@acme.example"}}');
INSERT INTO "changes" VALUES(10,'acme','{"is":"Change","account":"acme","at":1800000009.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyIssued","app_key":"key-1","id":"00000000000000000000000000000001","digest":"f5b165224a58b791df6af1d8303e61cdc4bb86c3d1c427103c344c4189eb2f1e","label":"label 1","owner":"","valid_from":null,"expires":1800086400.25,"networks":["10.0.0.0/8","2001:db8::/32"],"registered":false}}');
INSERT INTO "changes" VALUES(11,'acme','{"is":"Change","account":"acme","at":1800000010.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyIssued","app_key":"key-2","id":"00000000000000000000000000000002","digest":"73a9bef499bbf4dc7bd2a4f2c8af5bd99f267a0ed3197217dd2bba1537436e5c","label":"label 2","owner":"the shop''s team","valid_from":1800000000.25,"expires":null,"networks":[],"registered":true}}');
INSERT INTO "changes" VALUES(12,'acme','{"is":"Change","account":"acme","at":1800000011.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"IssueKey","reason":"key_exists"}}');
INSERT INTO "changes" VALUES(13,'acme','{"is":"Change","account":"acme","at":1800000012.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"key-1","until":null}}');
INSERT INTO "changes" VALUES(14,'acme','{"is":"Change","account":"acme","at":1800000013.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":2,"to":"key-1","until":1800086400.25}}');
INSERT INTO "changes" VALUES(15,'acme','{"is":"Change","account":"acme","at":1800000014.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"key-1","until":1800086400.25}}');
INSERT INTO "changes" VALUES(16,'acme','{"is":"Change","account":"acme","at":1800000015.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyGranted","role":1,"to":"key-2","until":null}}');
INSERT INTO "changes" VALUES(17,'acme','{"is":"Change","account":"acme","at":1800000016.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyWithdrawn","role":1,"to":"key-2"}}');
INSERT INTO "changes" VALUES(18,'acme','{"is":"Change","account":"acme","at":1800000017.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyDeactivated","app_key":"key-1","why":"holidays"}}');
INSERT INTO "changes" VALUES(19,'acme','{"is":"Change","account":"acme","at":1800000018.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyActivated","app_key":"key-1"}}');
INSERT INTO "changes" VALUES(20,'acme','{"is":"Change","account":"acme","at":1800000019.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyRenewed","app_key":"key-1","digest":"d7a56d3cfcf9a44dc716691acdaba1b8a912646543c6977a5a43ac2753cf1017"}}');
INSERT INTO "changes" VALUES(21,'acme','{"is":"Change","account":"acme","at":1800000020.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RenewalFinished","app_key":"key-1"}}');
INSERT INTO "changes" VALUES(22,'acme','{"is":"Change","account":"acme","at":1800000021.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyRenewed","app_key":"key-1","digest":"457c769f39d8644199c0e5bdbcfbc85b37ce91cbde1fc1b0ea6b44f130436dd7"}}');
INSERT INTO "changes" VALUES(23,'acme','{"is":"Change","account":"acme","at":1800000022.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RenewalFinished","app_key":"key-1"}}');
INSERT INTO "changes" VALUES(24,'acme','{"is":"Change","account":"acme","at":1800000023.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyBlocked","app_key":"key-1","why":"seen in a public place"}}');
INSERT INTO "changes" VALUES(25,'acme','{"is":"Change","account":"acme","at":1800000024.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyRenewed","app_key":"key-1","digest":"fe5518cbe8dfe59296946bd26935a014be3a2b7c73a420c339a0f94237376d09"}}');
INSERT INTO "changes" VALUES(26,'acme','{"is":"Change","account":"acme","at":1800000025.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyDeleted","app_key":"key-1","label":"label 1"}}');
INSERT INTO "changes" VALUES(27,'acme','{"is":"Change","account":"acme","at":1800000026.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyDeactivated","app_key":"key-2","why":""}}');
INSERT INTO "changes" VALUES(28,'acme','{"is":"Change","account":"acme","at":1800000027.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyRenewed","app_key":"key-2","digest":"38b4e652e44da7f2370d9e260e27136550a4a3a6d07f5c0c332f8b1224083fd2"}}');
INSERT INTO "changes" VALUES(29,'acme','{"is":"Change","account":"acme","at":1800000028.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RoleDeleted","role":2,"name":"empty"}}');
INSERT INTO "changes" VALUES(30,'acme','{"is":"Change","account":"acme","at":1800000029.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CatalogueImported","catalogue":"# line 1\n[x]\n"}}');
INSERT INTO "changes" VALUES(31,'acme','{"is":"Change","account":"acme","at":1800000030.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SponsorInvited","to":"bia@acme.example","expires":1800259230.25}}');
INSERT INTO "changes" VALUES(32,'acme','{"is":"Change","account":"acme","at":1800000031.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"TransferCancelled","to":"bia@acme.example"}}');
INSERT INTO "changes" VALUES(33,'acme','{"is":"Change","account":"acme","at":1800000032.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"SponsorInvited","to":"bia@acme.example","expires":1800259232.25}}');
INSERT INTO "changes" VALUES(34,'acme','{"is":"Change","account":"acme","at":1800000033.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"SponsorChanged","former":"ana@acme.example","to":"bia@acme.example"}}');
INSERT INTO "changes" VALUES(35,'acme','{"is":"Change","account":"acme","at":1800000034.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"SponsorInvited","to":"caio@acme.example","expires":1800259234.25}}');
INSERT INTO "changes" VALUES(36,'acme','{"is":"Change","account":"acme","at":1800000035.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"UserRemoved","email":"caio@acme.example"}}');
INSERT INTO "changes" VALUES(37,'acme','{"is":"Change","account":"acme","at":1800000036.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"AccountSuspended","why":"unpaid"}}');
INSERT INTO "changes" VALUES(38,'acme','{"is":"Change","account":"acme","at":1800000037.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"AccountResumed"}}');
INSERT INTO "changes" VALUES(39,'acme','{"is":"Change","account":"acme","at":1800000038.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"AccountSuspended","why":""}}');
INSERT INTO "changes" VALUES(40,'acme','{"is":"Change","account":"acme","at":1800000039.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"SponsorInvited","to":"ana@acme.example","expires":1800259239.25}}');
INSERT INTO "changes" VALUES(41,'other','{"is":"Change","account":"other","at":1800000000.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"AccountCreated","sponsor":"ana@acme.example","format":"native","https_only":false}}');
INSERT INTO "changes" VALUES(42,'other','{"is":"Change","account":"other","at":1800000001.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"FinishRenewal","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(43,'other','{"is":"Change","account":"other","at":1800000002.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserAdded","email":"caio@acme.example","name":"name 3871601465"}}');
INSERT INTO "changes" VALUES(44,'other','{"is":"Change","account":"other","at":1800000003.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(45,'other','{"is":"Change","account":"other","at":1800000004.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"ActivateKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(46,'other','{"is":"Change","account":"other","at":1800000005.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"RenewKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(47,'other','{"is":"Change","account":"other","at":1800000006.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserAdded","email":"bia@acme.example","name":"name 2183675157"}}');
INSERT INTO "changes" VALUES(48,'other','{"is":"Change","account":"other","at":1800000007.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyIssued","app_key":"other-1","id":"0000000000000000000000008a245e6b","digest":"17d5e5688901432942b871cdce4e8b664343aef31c3aec513035051e5c36322b","label":"label 2317639275","owner":"","valid_from":null,"expires":null,"networks":[],"registered":false}}');
INSERT INTO "changes" VALUES(49,'other','{"is":"Change","account":"other","at":1800000008.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"AcceptSponsorship","reason":"transfer_not_open"}}');
INSERT INTO "changes" VALUES(50,'other','{"is":"Change","account":"other","at":1800000009.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeleteRole","reason":"role_unknown"}}');
INSERT INTO "changes" VALUES(51,'other','{"is":"Change","account":"other","at":1800000010.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"GrantToKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(52,'other','{"is":"Change","account":"other","at":1800000011.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(53,'other','{"is":"Change","account":"other","at":1800000012.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"ActivateKey","reason":"already_so"}}');
INSERT INTO "changes" VALUES(54,'other','{"is":"Change","account":"other","at":1800000013.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyDeactivated","app_key":"other-1","why":""}}');
INSERT INTO "changes" VALUES(55,'other','{"is":"Change","account":"other","at":1800000014.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"UserRemoved","email":"bia@acme.example"}}');
INSERT INTO "changes" VALUES(56,'other','{"is":"Change","account":"other","at":1800000015.25,"by":{"is":"Actor","kind":"user","name":"bia@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"AcceptSponsorship","reason":"transfer_not_open"}}');
INSERT INTO "changes" VALUES(57,'other','{"is":"Change","account":"other","at":1800000016.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeactivateKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(58,'other','{"is":"Change","account":"other","at":1800000017.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"GrantToKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(59,'other','{"is":"Change","account":"other","at":1800000018.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromUser","reason":"role_unknown"}}');
INSERT INTO "changes" VALUES(60,'other','{"is":"Change","account":"other","at":1800000019.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"FinishRenewal","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(61,'other','{"is":"Change","account":"other","at":1800000020.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(62,'other','{"is":"Change","account":"other","at":1800000021.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromUser","reason":"role_unknown"}}');
INSERT INTO "changes" VALUES(63,'other','{"is":"Change","account":"other","at":1800000022.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromKey","reason":"role_unknown"}}');
INSERT INTO "changes" VALUES(64,'other','{"is":"Change","account":"other","at":1800000023.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"RenewKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(65,'other','{"is":"Change","account":"other","at":1800000024.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromKey","reason":"role_unknown"}}');
INSERT INTO "changes" VALUES(66,'other','{"is":"Change","account":"other","at":1800000025.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"RemoveUser","reason":"sponsor_stays"}}');
INSERT INTO "changes" VALUES(67,'other','{"is":"Change","account":"other","at":1800000026.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyRenewed","app_key":"other-1","digest":"5dad0a8a7be23d4177d94a9ce7c12d9c032d910dcc0f3a4d5d30b0cfada03069"}}');
INSERT INTO "changes" VALUES(68,'other','{"is":"Change","account":"other","at":1800000027.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"EditRole","reason":"role_unknown"}}');
INSERT INTO "changes" VALUES(69,'other','{"is":"Change","account":"other","at":1800000028.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"EditRole","reason":"role_unknown"}}');
INSERT INTO "changes" VALUES(70,'other','{"is":"Change","account":"other","at":1800000029.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeactivateKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(71,'other','{"is":"Change","account":"other","at":1800000030.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"FinishRenewal","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(72,'other','{"is":"Change","account":"other","at":1800000031.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"GrantToKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(73,'other','{"is":"Change","account":"other","at":1800000032.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CatalogueImported","catalogue":"# a"}}');
INSERT INTO "changes" VALUES(74,'other','{"is":"Change","account":"other","at":1800000033.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromKey","reason":"role_unknown"}}');
INSERT INTO "changes" VALUES(75,'other','{"is":"Change","account":"other","at":1800000034.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CatalogueImported","catalogue":""}}');
INSERT INTO "changes" VALUES(76,'other','{"is":"Change","account":"other","at":1800000035.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeactivateKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(77,'other','{"is":"Change","account":"other","at":1800000036.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"FinishRenewal","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(78,'other','{"is":"Change","account":"other","at":1800000037.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"AddUser","reason":"user_exists"}}');
INSERT INTO "changes" VALUES(79,'other','{"is":"Change","account":"other","at":1800000038.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeactivateKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(80,'other','{"is":"Change","account":"other","at":1800000039.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"AddUser","reason":"user_exists"}}');
INSERT INTO "changes" VALUES(81,'other','{"is":"Change","account":"other","at":1800000040.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeactivateKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(82,'other','{"is":"Change","account":"other","at":1800000041.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"GrantToKey","reason":"role_unknown"}}');
INSERT INTO "changes" VALUES(83,'other','{"is":"Change","account":"other","at":1800000042.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"ActivateKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(84,'other','{"is":"Change","account":"other","at":1800000043.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeleteRole","reason":"role_unknown"}}');
INSERT INTO "changes" VALUES(85,'other','{"is":"Change","account":"other","at":1800000044.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"CommandRefused","command":"CreateAccount","reason":"account_exists"}}');
INSERT INTO "changes" VALUES(86,'other','{"is":"Change","account":"other","at":1800000045.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"RenewalFinished","app_key":"other-1"}}');
INSERT INTO "changes" VALUES(87,'other','{"is":"Change","account":"other","at":1800000046.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"GrantToKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(88,'other','{"is":"Change","account":"other","at":1800000047.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"InviteSponsor","reason":"user_unknown"}}');
INSERT INTO "changes" VALUES(89,'other','{"is":"Change","account":"other","at":1800000048.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"GrantToKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(90,'other','{"is":"Change","account":"other","at":1800000049.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"DeactivateKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(91,'other','{"is":"Change","account":"other","at":1800000050.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(92,'other','{"is":"Change","account":"other","at":1800000051.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"ActivateKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(93,'other','{"is":"Change","account":"other","at":1800000052.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyRenewed","app_key":"other-1","digest":"0df235d13938f1ec80ecb1b3368c242ada3dfe8f3caccfe675e9e6d055a2a8c5"}}');
INSERT INTO "changes" VALUES(94,'other','{"is":"Change","account":"other","at":1800000053.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"WithdrawFromUser","reason":"role_unknown"}}');
INSERT INTO "changes" VALUES(95,'other','{"is":"Change","account":"other","at":1800000054.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"EditRole","reason":"role_unknown"}}');
INSERT INTO "changes" VALUES(96,'other','{"is":"Change","account":"other","at":1800000055.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"InviteSponsor","reason":"already_so"}}');
INSERT INTO "changes" VALUES(97,'other','{"is":"Change","account":"other","at":1800000056.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CommandRefused","command":"GrantToKey","reason":"key_unknown"}}');
INSERT INTO "changes" VALUES(98,'other','{"is":"Change","account":"other","at":1800000057.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"CatalogueImported","catalogue":"# a"}}');
INSERT INTO "changes" VALUES(99,'other','{"is":"Change","account":"other","at":1800000058.25,"by":{"is":"Actor","kind":"operator","name":"root","via":"cli"},"event":{"is":"CommandRefused","command":"ResumeAccount","reason":"already_so"}}');
INSERT INTO "changes" VALUES(100,'other','{"is":"Change","account":"other","at":1800000059.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyActivated","app_key":"other-1"}}');
INSERT INTO "changes" VALUES(101,'other','{"is":"Change","account":"other","at":1800000060.25,"by":{"is":"Actor","kind":"user","name":"ana@acme.example","via":"console"},"event":{"is":"KeyDeactivated","app_key":"other-1","why":"why 543856730"}}');
CREATE TABLE denials (
	id TEXT NOT NULL, 
	account TEXT NOT NULL, 
	at REAL NOT NULL, 
	denial TEXT NOT NULL, 
	CONSTRAINT pk_denials PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "denials" VALUES('00000000000000000000000001','acme',1800000001.25,'{"is":"Denial","id":"00000000000000000000000001","account":"acme","at":1800000001.25,"told":"credentials_invalid","findings":[{"is":"Finding","cause":"credentials_in_query","facts":{"count":2,"at":1.5,"carrier":"query","positions":[1,2],"methods":["GET"],"none":[]},"evidence":{"required":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"by":"ana@acme.example"},"confidence":"likely"},{"is":"Finding","cause":"key_unknown","facts":{},"evidence":{},"confidence":"certain"}],"revision":["0123abcd",7],"wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"app_key":null,"proven":false,"key":{"is":"Fingerprint","hash":"0000000000000000","length":26},"token":{"is":"Fingerprint","hash":"ffffffffffffffff","length":74},"method":"GET","path":"/api/oms/pvt/orders","address":"2001:db8::1"}');
INSERT INTO "denials" VALUES('00000000000000000000000002','acme',1800000002.25,'{"is":"Denial","id":"00000000000000000000000002","account":"acme","at":1800000002.25,"told":"credentials_invalid","findings":[{"is":"Finding","cause":"credentials_in_query","facts":{"count":2,"at":1.5,"carrier":"query","positions":[1,2],"methods":["GET"],"none":[]},"evidence":{"required":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"by":"ana@acme.example"},"confidence":"likely"},{"is":"Finding","cause":"key_unknown","facts":{},"evidence":{},"confidence":"certain"}],"revision":["0123abcd",7],"wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"app_key":"key-1","proven":false,"key":{"is":"Fingerprint","hash":"0000000000000000","length":26},"token":{"is":"Fingerprint","hash":"ffffffffffffffff","length":74},"method":"GET","path":"/api/oms/pvt/orders","address":"2001:db8::1"}');
INSERT INTO "denials" VALUES('00000000000000000000000003','acme',1800000003.25,'{"is":"Denial","id":"00000000000000000000000003","account":"acme","at":1800000003.25,"told":"credentials_invalid","findings":[{"is":"Finding","cause":"credentials_in_query","facts":{"count":2,"at":1.5,"carrier":"query","positions":[1,2],"methods":["GET"],"none":[]},"evidence":{"required":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"by":"ana@acme.example"},"confidence":"likely"},{"is":"Finding","cause":"key_unknown","facts":{},"evidence":{},"confidence":"certain"}],"revision":["0123abcd",7],"wanted":{"is":"Need","resources":[["OMS","ListOrders"],["OMS","ViewOrder"]],"match":"all"},"app_key":null,"proven":false,"key":{"is":"Fingerprint","hash":"0000000000000000","length":26},"token":{"is":"Fingerprint","hash":"ffffffffffffffff","length":74},"method":"GET","path":"/api/oms/pvt/orders","address":"2001:db8::1"}');
CREATE TABLE key_grants (
	app_key TEXT NOT NULL, 
	role INTEGER NOT NULL, 
	role_account TEXT NOT NULL, 
	until REAL, 
	seq INTEGER NOT NULL, 
	given_at REAL NOT NULL, 
	given_by TEXT NOT NULL, 
	given_why TEXT NOT NULL, 
	CONSTRAINT pk_key_grants PRIMARY KEY (app_key, role), 
	CONSTRAINT fk_key_grants_role_account_role FOREIGN KEY(role_account, role) REFERENCES roles (account, id), 
	CONSTRAINT fk_key_grants_app_key FOREIGN KEY(app_key) REFERENCES keys (app_key)
)
 STRICT

;
CREATE TABLE keys (
	app_key TEXT NOT NULL, 
	account TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	label TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	registered INTEGER NOT NULL, 
	networks TEXT NOT NULL, 
	valid_from REAL, 
	expires REAL, 
	digest TEXT NOT NULL, 
	next_digest TEXT, 
	created_at REAL NOT NULL, 
	created_by TEXT NOT NULL, 
	created_why TEXT NOT NULL, 
	token_created_at REAL, 
	token_created_by TEXT, 
	token_created_why TEXT, 
	next_created_at REAL, 
	next_created_by TEXT, 
	next_created_why TEXT, 
	inactive_at REAL, 
	inactive_by TEXT, 
	inactive_why TEXT, 
	blocked_at REAL, 
	blocked_by TEXT, 
	blocked_why TEXT, 
	CONSTRAINT pk_keys PRIMARY KEY (app_key), 
	CONSTRAINT fk_keys_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "keys" VALUES('key-2','acme',11,'00000000000000000000000000000002','label 2','the shop''s team',1,'',1800000000.25,NULL,'73a9bef499bbf4dc7bd2a4f2c8af5bd99f267a0ed3197217dd2bba1537436e5c','38b4e652e44da7f2370d9e260e27136550a4a3a6d07f5c0c332f8b1224083fd2',1800000010.25,'ana@acme.example','',NULL,NULL,NULL,1800000027.25,'ana@acme.example','',1800000026.25,'ana@acme.example','',NULL,NULL,NULL);
INSERT INTO "keys" VALUES('other-1','other',48,'0000000000000000000000008a245e6b','label 2317639275','',0,'',NULL,NULL,'5dad0a8a7be23d4177d94a9ce7c12d9c032d910dcc0f3a4d5d30b0cfada03069','0df235d13938f1ec80ecb1b3368c242ada3dfe8f3caccfe675e9e6d055a2a8c5',1800000007.25,'ana@acme.example','',1800000026.25,'ana@acme.example','',1800000052.25,'ana@acme.example','',1800000060.25,'ana@acme.example','why 543856730',NULL,NULL,NULL);
CREATE TABLE meta (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_meta PRIMARY KEY (name)
)
 STRICT

;
INSERT INTO "meta" VALUES('epoch','6de4d9af');
CREATE TABLE retired_digests (
	app_key TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	digest TEXT NOT NULL, 
	retired_at REAL NOT NULL, 
	retired_by TEXT NOT NULL, 
	retired_why TEXT NOT NULL, 
	CONSTRAINT pk_retired_digests PRIMARY KEY (app_key, seq), 
	CONSTRAINT fk_retired_digests_app_key FOREIGN KEY(app_key) REFERENCES keys (app_key)
)
 STRICT

;
INSERT INTO "retired_digests" VALUES('other-1',86,'17d5e5688901432942b871cdce4e8b664343aef31c3aec513035051e5c36322b',1800000045.25,'ana@acme.example','');
CREATE TABLE role_resources (
	account TEXT NOT NULL, 
	role INTEGER NOT NULL, 
	product TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	CONSTRAINT pk_role_resources PRIMARY KEY (account, role, product, "key"), 
	CONSTRAINT fk_role_resources_account_role FOREIGN KEY(account, role) REFERENCES roles (account, id)
)
 STRICT

;
INSERT INTO "role_resources" VALUES('acme',1,'OMS','ViewOrder');
INSERT INTO "role_resources" VALUES('acme',1,'OMS','Não é ASCII');
INSERT INTO "role_resources" VALUES('acme',1,'OMS','_/');
CREATE TABLE roles (
	account TEXT NOT NULL, 
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	deleted_at REAL, 
	deleted_by TEXT, 
	deleted_why TEXT, 
	CONSTRAINT pk_roles PRIMARY KEY (account, id), 
	CONSTRAINT fk_roles_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "roles" VALUES('acme',1,'orders, all',NULL,NULL,NULL);
INSERT INTO "roles" VALUES('acme',2,'empty',1800000028.25,'ana@acme.example','');
CREATE TABLE tombstone_digests (
	app_key TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	digest TEXT NOT NULL, 
	CONSTRAINT pk_tombstone_digests PRIMARY KEY (app_key, position), 
	CONSTRAINT fk_tombstone_digests_app_key FOREIGN KEY(app_key) REFERENCES tombstones (app_key)
)
 STRICT

;
INSERT INTO "tombstone_digests" VALUES('key-1',0,'f5b165224a58b791df6af1d8303e61cdc4bb86c3d1c427103c344c4189eb2f1e');
INSERT INTO "tombstone_digests" VALUES('key-1',1,'d7a56d3cfcf9a44dc716691acdaba1b8a912646543c6977a5a43ac2753cf1017');
INSERT INTO "tombstone_digests" VALUES('key-1',2,'457c769f39d8644199c0e5bdbcfbc85b37ce91cbde1fc1b0ea6b44f130436dd7');
INSERT INTO "tombstone_digests" VALUES('key-1',3,'fe5518cbe8dfe59296946bd26935a014be3a2b7c73a420c339a0f94237376d09');
CREATE TABLE tombstones (
	app_key TEXT NOT NULL, 
	account TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	label TEXT NOT NULL, 
	deleted_at REAL NOT NULL, 
	deleted_by TEXT NOT NULL, 
	deleted_why TEXT NOT NULL, 
	CONSTRAINT pk_tombstones PRIMARY KEY (app_key), 
	CONSTRAINT fk_tombstones_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "tombstones" VALUES('key-1','acme',26,'00000000000000000000000000000001','label 1',1800000025.25,'ana@acme.example','');
CREATE TABLE transfers (
	account TEXT NOT NULL, 
	email TEXT NOT NULL, 
	expires REAL NOT NULL, 
	invited_at REAL NOT NULL, 
	invited_by TEXT NOT NULL, 
	invited_why TEXT NOT NULL, 
	CONSTRAINT pk_transfers PRIMARY KEY (account), 
	CONSTRAINT fk_transfers_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "transfers" VALUES('acme','ana@acme.example',1800259239.25,1800000039.25,'bia@acme.example','');
CREATE TABLE usage (
	account TEXT NOT NULL, 
	app_key TEXT NOT NULL, 
	token INTEGER NOT NULL, 
	last REAL NOT NULL, 
	count INTEGER NOT NULL, 
	CONSTRAINT pk_usage PRIMARY KEY (account, app_key, token)
)
 STRICT

;
CREATE TABLE user_grants (
	account TEXT NOT NULL, 
	email TEXT NOT NULL, 
	role INTEGER NOT NULL, 
	role_account TEXT NOT NULL, 
	until REAL, 
	seq INTEGER NOT NULL, 
	given_at REAL NOT NULL, 
	given_by TEXT NOT NULL, 
	given_why TEXT NOT NULL, 
	CONSTRAINT pk_user_grants PRIMARY KEY (account, email, role), 
	CONSTRAINT fk_user_grants_account_email FOREIGN KEY(account, email) REFERENCES users (account, email), 
	CONSTRAINT fk_user_grants_role_account_role FOREIGN KEY(role_account, role) REFERENCES roles (account, id)
)
 STRICT

;
INSERT INTO "user_grants" VALUES('acme','bia@acme.example',1,'acme',NULL,7,1800000006.25,'ana@acme.example','');
CREATE TABLE users (
	account TEXT NOT NULL, 
	email TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	added_at REAL NOT NULL, 
	added_by TEXT NOT NULL, 
	added_why TEXT NOT NULL, 
	CONSTRAINT pk_users PRIMARY KEY (account, email), 
	CONSTRAINT fk_users_account FOREIGN KEY(account) REFERENCES accounts (name)
)
 STRICT

;
INSERT INTO "users" VALUES('acme','ana@acme.example',1,'ana@acme.example',1800000000.25,'root','');
INSERT INTO "users" VALUES('acme','bia@acme.example',2,'Bia Conceição',1800000001.25,'ana@acme.example','');
INSERT INTO "users" VALUES('other','ana@acme.example',41,'ana@acme.example',1800000000.25,'root','');
INSERT INTO "users" VALUES('other','caio@acme.example',43,'name 3871601465',1800000002.25,'ana@acme.example','');
CREATE INDEX ix_changes_account_seq ON changes (account, seq);
CREATE INDEX ix_denials_account_at_id ON denials (account, at, id);
CREATE INDEX ix_denials_at ON denials (at);
CREATE INDEX ix_keys_account ON keys (account);
CREATE INDEX ix_tombstones_account ON tombstones (account);
COMMIT;
